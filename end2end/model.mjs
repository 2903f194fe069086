// A model provider played on loopback: it speaks the OpenAI protocol and writes when it is told to.

import http from "node:http";

export class Model {
  static async start() {
    const model = new Model();
    model.asked = [];
    model.server = http.createServer((request, response) => model.answer(request, response));
    await new Promise((resolve) => model.server.listen(0, "127.0.0.1", resolve));
    model.url = `http://127.0.0.1:${model.server.address().port}/v1`;
    return model;
  }

  async answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (!request.url.endsWith("/chat/completions")) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const stream = new Stream(response);
    response.on("close", () => (stream.isClosed = true));
    this.asked.push(stream);
    this.onAsked?.(stream);
  }

  /** The stream of the next question. */
  next() {
    return new Promise((resolve) => (this.onAsked = resolve));
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

class Stream {
  constructor(response) {
    this.response = response;
    this.isClosed = false;
  }

  write(content) {
    this.#send({ choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }] });
  }

  end() {
    this.#send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    this.response.end("data: [DONE]\n\n");
  }

  cut() {
    this.response.destroy();
  }

  #send(part) {
    const chunk = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "played", ...part };
    this.response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
}
