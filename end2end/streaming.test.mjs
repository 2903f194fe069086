import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, Server, open, signIn } from "./harness.mjs";
import { HANDBOOK, person } from "./fixtures.mjs";
import { Model } from "./model.mjs";

let server, browser, model, employee;
before(async () => {
  model = await Model.start();
  [server, browser] = await Promise.all([
    Server.start({ FOOTNOTE_LLM_BASE_URL: model.url, FOOTNOTE_LLM_API_KEY: "sk-played", FOOTNOTE_LLM_MODEL: "played" }),
    Browser.start(),
  ]);
  const admin = await server.admin();
  await admin.collection(server, "Handbook", "everyone", HANDBOOK);
  employee = await person(admin, "emmy@example.com");
});
after(() => Promise.all([server?.stop(), browser?.stop(), model?.stop()]));

let asked = 0;

/**
 * Asks, and gives the model's stream once the first sentence is on the page: nothing is shown before
 * a sentence has been found in the passage that it cites. Each time it is another question, which no
 * answer before can be given to.
 */
async function begin(page, first = ["Full-time staff have 28 days of paid holiday a year [1]. ", "Unused days "]) {
  await signIn(page, employee);
  const streaming = model.next();
  asked += 1;
  await page
    .getByLabel("Your question")
    .fill(`How many days of paid holiday do full-time staff have after ${asked} years?`);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  const stream = await streaming;
  await page.waitForURL(/\/c\//);
  for (const part of first) stream.write(part);
  await page.getByText("Full-time staff have 28 days").first().waitFor();
  return stream;
}

test("a footnote mark split across the stream appears whole, and one that was never offered doesn't", (t) =>
  browser.page(t, server, {}, async (page) => {
    const first = ["Full-time staff have 28 days of paid holiday a year ", "[", "1", "]. ", "Lunch "];
    const stream = await begin(page, first);
    stream.write("is free [99].");
    stream.end();
    await page.getByText(/Checked against/).waitFor();
    assert.equal(await page.locator("a.mark").count(), 1);
    assert.equal(await page.getByText("[99]").count(), 0);
    assert.equal(await page.getByText("[1]").count(), 0);
  }));

test("a reload in the middle of an answer goes on", (t) =>
  browser.page(t, server, {}, async (page) => {
    const stream = await begin(page);
    await page.reload();
    await page.waitForSelector("body[data-hydrated]");
    await page.getByText("Full-time staff have 28 days").first().waitFor();
    stream.write("expire on 31 March of the next year [1].");
    stream.end();
    await page.getByText(/31 March/).first().waitFor();
    await page.getByText(/Checked against/).waitFor();
  }));

test("a broken connection is taken up again", (t) =>
  browser.page(t, server, {}, async (page) => {
    const stream = await begin(page);
    await page.context().setOffline(true);
    stream.write("expire on 31 March of the next year [1].");
    stream.end();
    await page.context().setOffline(false);
    await page.getByText(/31 March/).first().waitFor();
    await page.getByText(/Checked against/).waitFor();
  }));

test("Stop stops the answer and the model", (t) =>
  browser.page(t, server, {}, async (page) => {
    const stream = await begin(page);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText(/stopped/i).first().waitFor();
    await server.until("rid of the model", async () => stream.isClosed);
    await open(page, page.url());
    await page.getByText("Full-time staff have 28 days").first().waitFor();
  }));

test("a model that breaks off is owned up to, and what came stays", (t) =>
  browser.page(t, server, {}, async (page) => {
    const stream = await begin(page);
    stream.cut();
    await page.getByText(/broke off|cut off|stopped answering|model/i).first().waitFor();
    await page.getByText("Full-time staff have 28 days").first().waitFor();
  }));

test("a killed server says what became of the answer", (t) =>
  browser.page(t, server, {}, async (page) => {
    await begin(page);
    const address = page.url();
    await server.kill();
    await server.run();
    await page.context().clearCookies();
    await signIn(page, employee);
    await page.goto(address);
    await page.getByText(/restarted/i).first().waitFor();
    while (true) {
      try { page.expectProblem(/./); } catch { break; }
    }
  }));
