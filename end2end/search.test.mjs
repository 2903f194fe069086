import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, Server, WAYS, expectAccessible, open, signIn } from "./harness.mjs";
import { HANDBOOK, person } from "./fixtures.mjs";

let server, browser, employee;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
  const admin = await server.admin();
  await admin.collection(server, "Handbook", "everyone", HANDBOOK);
  employee = await person(admin, "emmy@example.com");
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

for (const { name, options, hasJs } of WAYS) {
  test(`a search finds passages by document, with the words marked, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, employee, hasJs);
      await open(page, "/search", hasJs);
      await page.getByLabel("Search for").fill("unused holiday");
      await page.getByRole("button", { name: "Search", exact: true }).click();
      await page.waitForURL(/q=unused/);
      await page.getByRole("heading", { name: "Leave" }).waitFor();
      assert.ok((await page.locator("mark").count()) > 0);
      await expectAccessible(page);
      await page.getByRole("link", { name: /31 March/ }).first().click();
      await page.waitForURL(/\/documents\/.*passage=/);
      await page.locator("mark", { hasText: "31 March" }).first().waitFor();
    }));

  test(`a search is narrowed by a link and offered in other words, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, employee, hasJs);
      await open(page, "/search?q=holliday+card", hasJs);
      await page.getByRole("link", { name: "holiday card" }).click();
      await page.waitForURL(/q=holiday/);
      await page.getByRole("navigation", { name: "Narrow down" }).getByRole("link", { name: /^it 1/ }).click();
      await page.waitForURL(/folder=it/);
      await page.getByRole("heading", { name: "Access cards" }).waitFor();
      assert.equal(await page.getByRole("heading", { name: "Leave" }).count(), 0);
      await expectAccessible(page);
    }));

  test(`a search for what isn't there says so, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, employee, hasJs);
      await open(page, "/search?q=qqxyzzy&mode=lexical", hasJs);
      await page.getByText(/Nothing that you may read matches/).waitFor();
    }));
}

test("results are walked with the keyboard", (t) =>
  browser.page(t, server, {}, async (page) => {
    await signIn(page, employee);
    await open(page, "/search?q=holiday");
    await page.locator(".result-link").first().waitFor();
    await page.locator("#q").blur();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/documents\//);
  }));
