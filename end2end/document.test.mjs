import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, Browser, Server, WAYS, expectAccessible, open, signIn } from "./harness.mjs";
import { pdf } from "./fixtures.mjs";

const TRAVEL = pdf([
  ["Travel guide", "How to travel for the company, from booking to being paid back."],
  ["Train journeys", "Journeys below four hours are made by train.", "A first class ticket needs the approval of the head of travel."],
  ["Hotels", "A hotel may cost up to 140 euros a night."],
]);

let server, browser, address;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
  const admin = await server.admin();
  const { id } = await admin.collection(server, "Travel", "everyone", { "travel.pdf": TRAVEL });
  const { results } = await admin.call("GET", `/search?q=first+class+ticket&collection=${id}`);
  address = `/documents/${results[0].document_id}?passage=${results[0].chunk_id}`;
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

for (const { name, options, hasJs } of WAYS) {
  test(`a PDF opens at the passage, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, ADMIN, hasJs);
      await open(page, address, hasJs);
      if (!hasJs) {
        await page.locator("mark", { hasText: "first class ticket" }).waitFor();
        return;
      }
      // The marks lie over the words, on the page that they are on, in sight.
      const mark = page.locator(".pdf-passage").first();
      await mark.waitFor();
      await page.waitForFunction(() => {
        const box = document.querySelector(".pdf-passage").getBoundingClientRect();
        return box.width > 100 && box.top > 0 && box.bottom < innerHeight;
      });
      await page.locator('[data-page="2"]').scrollIntoViewIfNeeded();
      const words = page.locator('[data-page="2"] .pdf-text span', { hasText: "first class ticket" });
      await words.waitFor();
      const [over, under] = await Promise.all([
        page.locator('[data-page="2"] .pdf-passage').last().boundingBox(),
        words.boundingBox(),
      ]);
      assert.ok(Math.abs(over.x - under.x) < 4 && Math.abs(over.y - under.y) < 8, JSON.stringify([over, under]));
      await expectAccessible(page);

      await page.getByRole("link", { name: "Text", exact: true }).click();
      await page.locator("mark", { hasText: "first class ticket" }).waitFor();
    }));
}

test("words are found on a PDF's pages, and pages are turned and enlarged", (t) =>
  browser.page(t, server, {}, async (page) => {
    await signIn(page, ADMIN);
    await open(page, address);
    await page.locator(".pdf-passage").first().waitFor();
    await page.getByLabel("Find in this document").fill("HOTEL MAY cost");
    await page.keyboard.press("Enter");
    await page.getByText("1 of 1").waitFor();
    await page.locator('[data-page="3"] .pdf-find-mark').first().waitFor();

    await page.getByLabel("Page", { exact: true }).selectOption("1");
    await page.locator('[data-page="1"] .pdf-text span', { hasText: "How to travel" }).waitFor();
    const width = () => page.locator('[data-page="1"] canvas').evaluate((canvas) => canvas.width);
    const before = await width();
    await page.getByRole("button", { name: "Larger" }).click();
    await page.waitForFunction(([before]) => document.querySelector('[data-page="1"] canvas').width > before, [before]);
  }));

test("a PDF holds on a phone", (t) =>
  browser.page(t, server, { viewport: { width: 360, height: 640 }, colorScheme: "dark" }, async (page) => {
    await signIn(page, ADMIN);
    await open(page, address);
    await page.locator(".pdf-passage").first().waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await expectAccessible(page);
  }));
