import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, Browser, Server, WAYS, expectAccessible, open, signIn } from "./harness.mjs";

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

const file = (name, text, mimeType = "text/markdown") => ({ name, mimeType, buffer: Buffer.from(text) });

for (const { name, options, hasJs } of WAYS) {
  test(`an administrator makes a collection and uploads documents, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, ADMIN, hasJs);
      await open(page, "/library", hasJs);
      await page.getByText("New collection").first().click();
      await page.getByLabel("Name").first().fill(`Handbook ${name}`);
      await page.getByRole("button", { name: /make|create/i }).first().click();
      await page.getByRole("heading", { name: `Handbook ${name}` }).waitFor();
      if (hasJs) await page.waitForSelector("body[data-hydrated]");

      await page.locator('input[type="file"]:not([webkitdirectory])').first().setInputFiles([
        file("leave.md", `# Leave ${name}\n\nThere are 28 days of paid holiday a year.\n`),
        file("nothing.md", ""),
        file("budget.xlsx", "PK not really", "application/octet-stream"),
      ]);
      if (!hasJs) await page.getByRole("button", { name: "Upload" }).click();

      // With JavaScript the files are sent while the page stays; a reload would break that off.
      if (!hasJs) {
        await server.until("done reading", async () => {
          await page.reload();
          return (await page.getByRole("link", { name: `Leave ${name}` }).count()) > 0;
        });
      }
      await page.getByRole("link", { name: `Leave ${name}` }).waitFor();
      await page.getByText("searchable").first().waitFor();
      // What is no spreadsheet fails alone, and says why.
      await page.getByText(/The file is damaged/).first().waitFor();
      // The empty file was refused, and the browser notes the refusal.
      if (hasJs) page.expectProblem(/422/);
      await expectAccessible(page);

      await page.getByRole("link", { name: `Leave ${name}` }).click();
      await page.getByText("There are 28 days of paid holiday a year.").waitFor();
    }));
}

test("progress shows without a reload", (t) =>
  browser.page(t, server, {}, async (page) => {
    const admin = await server.admin();
    const { id } = await admin.call("POST", "/collections", { name: "Live", visibility: "everyone" });
    await signIn(page, ADMIN);
    await open(page, `/library/${id}`);
    await page.locator('input[type="file"]:not([webkitdirectory])').first().setInputFiles(
      Array.from({ length: 5 }, (_, at) => file(`page-${at}.md`, `# Page ${at}\n\nThe number of this page is ${at}.\n`)),
    );
    await page.getByRole("link", { name: "Page 4" }).waitFor();
    assert.equal(await page.getByRole("link", { name: /^Page \d/ }).count(), 5);
  }));
