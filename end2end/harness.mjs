// A server of its own and a real browser for each test file.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

export const ADMIN = { email: "ada@example.com", password: "a long enough password" };

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = new URL("./screenshots/", import.meta.url);
const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The server under test, with its embedded Postgres, in a data folder that is gone afterwards. */
export class Server {
  static async start(env = {}) {
    const server = new Server();
    server.folder = await mkdtemp(path.join(tmpdir(), "footnote-"));
    // Where root runs the tests, the database runs as somebody else, who must get there.
    await chmod(server.folder, 0o755);
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.env = env;
    await server.run();
    return server;
  }

  /** Runs the server in its folder, where it keeps its data as it does without a setting. */
  async run() {
    this.log = "";
    this.process = spawn(process.env.FOOTNOTE_BIN, ["serve"], {
      cwd: this.folder,
      env: {
        ...process.env,
        FOOTNOTE_ADDR: `127.0.0.1:${this.port}`,
        FOOTNOTE_ADMIN_EMAIL: ADMIN.email,
        FOOTNOTE_ADMIN_PASSWORD: ADMIN.password,
        ...this.env,
      },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (data) => (this.log += data));
    }
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    // A test file that fails before its end leaves nothing running.
    process.once("exit", () => this.process.kill("SIGKILL"));
    await this.until("ready", async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  /** Waits until `condition` holds; a refused connection is a no. */
  async until(what, condition, seconds = 60) {
    for (let tries = 0; tries < seconds * 10; tries++) {
      if (this.process.exitCode !== null) break;
      if (await condition().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server was never ${what}:\n${this.log}`);
  }

  async kill(signal = "SIGKILL") {
    this.process.kill(signal);
    await this.ended;
  }

  async stop() {
    if (this.process.exitCode === null) await this.kill("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }

  /** An API caller in the admin's name. */
  async admin() {
    return new Api(this.url, await this.signIn(ADMIN));
  }

  /** A session's cookie. */
  async signIn({ email, password }) {
    const response = await fetch(`${this.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    assert.equal(response.status, 204, await response.text());
    return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  }
}

/** The HTTP API, as somebody signed in. */
export class Api {
  constructor(url, cookie) {
    Object.assign(this, { url, cookie });
  }

  async call(method, path, body) {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { cookie: this.cookie, ...(body && !isForm ? { "content-type": "application/json" } : {}) },
      body: body && !isForm ? JSON.stringify(body) : body,
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A new collection with these documents, all of them ready. */
  async collection(server, name, visibility, files) {
    const collection = await this.call("POST", "/collections", { name, visibility });
    const form = new FormData();
    for (const [filename, text] of Object.entries(files)) form.append("file", new Blob([text]), filename);
    await this.call("POST", `/collections/${collection.id}/documents`, form);
    await server.until("done reading", async () => {
      const { items } = await this.call("GET", `/documents?collection=${collection.id}&limit=100`);
      return items.length > 0 && items.every((document) => ["ready", "failed"].includes(document.status));
    });
    return collection;
  }
}

/** One browser for a test file. */
export class Browser {
  static async start() {
    const browser = new Browser();
    browser.chromium = await chromium.launch({
      executablePath: process.env.FOOTNOTE_CHROMIUM ?? "/usr/bin/chromium",
      args: CHROMIUM,
    });
    return browser;
  }

  /**
   * Runs `act` with a fresh page. Fails on an error in the console, and keeps a screenshot of any
   * failure under `screenshots/`.
   */
  async page(test, server, options, act) {
    const context = await this.chromium.newContext({ baseURL: server.url, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.hasJs = options.javaScriptEnabled !== false;
    const problems = [];
    page.on("pageerror", (error) => problems.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
      // Without JavaScript nothing uses what is preloaded for it, and after a few seconds the browser says so.
      if (!page.hasJs && /was preloaded using link preload but not used/.test(message.text())) return;
      if (["error", "warning"].includes(message.type())) problems.push(`${page.url()}: ${message.text()}`);
    });
    page.expectProblem = (pattern) => {
      const at = problems.findIndex((problem) => pattern.test(problem));
      assert.notEqual(at, -1, `no problem like ${pattern} among ${problems.join("\n")}`);
      problems.splice(at, 1);
    };
    try {
      await act(page);
      assert.deepEqual(problems, []);
    } catch (error) {
      await mkdir(SCREENSHOTS, { recursive: true });
      const name = test.name.replace(/[^a-z0-9]+/gi, "-");
      await page.screenshot({ path: new URL(`${name}.png`, SCREENSHOTS).pathname, fullPage: true });
      await writeFile(new URL(`${name}.log`, SCREENSHOTS), `${page.url()}\n${problems.join("\n")}\n${server.log}`);
      throw error;
    } finally {
      await context.close();
    }
  }

  async stop() {
    await this.chromium.close();
  }
}

/** Each way in which a page must work. */
export const WAYS = [
  { name: "with JavaScript", options: {}, hasJs: true },
  { name: "without JavaScript", options: { javaScriptEnabled: false }, hasJs: false },
];

/** Opens a page and, where there is JavaScript, waits until it has taken over. */
export async function open(page, address, hasJs = true) {
  await page.goto(address);
  if (hasJs) await page.waitForSelector("body[data-hydrated]");
}

export async function signIn(page, { email, password }, hasJs = true) {
  await open(page, "/sign-in", hasJs);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in" && url.pathname !== "/session");
  if (hasJs) await page.waitForSelector("body[data-hydrated]");
}

/**
 * Fails where axe-core finds a violation of WCAG 2.2 A or AA. It needs timers, which stand still
 * without JavaScript; the markup is the same then.
 */
export async function expectAccessible(page) {
  if (!page.hasJs) return;
  // Evaluated from outside of the page, and so not subject to its content security policy.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}`).join("\n")}`);
  assert.deepEqual(found, [], `${page.url()} is not accessible`);
}

/** Fails where the page is wider than its window. */
export async function expectNoSideways(page) {
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${page.url()} is ${wide} px wide in a window of ${window} px`);
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
