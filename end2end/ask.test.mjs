import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, Browser, Server, WAYS, expectAccessible, open, signIn } from "./harness.mjs";
import { BOARD, HANDBOOK, person } from "./fixtures.mjs";

let server, browser, admin, employee, insider;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
  admin = await server.admin();
  await admin.collection(server, "Handbook", "everyone", HANDBOOK);
  const board = await admin.collection(server, "Board", "restricted", BOARD);
  employee = await person(admin, "emmy@example.com");
  insider = await person(admin, "ingrid@example.com");
  await admin.call("PUT", `/collections/${board.id}/grants`, { groups: [], users: [insider.id] });
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

async function ask(page, question, hasJs) {
  await page.getByLabel(/^Your (next )?question$/).fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.waitForURL(/\/c\/[0-9a-f-]{36}/);
  if (!hasJs) {
    // The page says how to see the rest: it is read again until the answer is whole.
    await server.until("done answering", async () => {
      await page.reload();
      return (await page.getByText("Checked against its sources:").count()) > 0 || (await page.getByText(/Nearest passages/).count()) > 0;
    });
  }
}

for (const { name, options, hasJs } of WAYS) {
  test(`a question is answered with a footnote that leads to its passage, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, employee, hasJs);
      await ask(page, "How many weeks of parental leave does an employee get?", hasJs);
      await page.getByText(/26 weeks of parental leave/).first().waitFor();
      await page.getByText(/supported/).first().waitFor();
      await expectAccessible(page);

      const mark = page.locator("a.mark").first();
      if (hasJs) {
        await mark.hover();
        await page.locator(".passage-card").getByText(/26 weeks/).waitFor();
        await mark.click();
      } else {
        await page.getByRole("complementary", { name: "Sources" }).getByRole("link").first().click();
      }
      await page.waitForURL(/\/documents\/.*passage=/);
      const passage = page.locator("mark", { hasText: "26 weeks" }).first();
      await passage.waitFor();
      if (hasJs) await page.waitForFunction(() => {
        const box = document.querySelector("mark")?.getBoundingClientRect();
        return box && box.top >= 0 && box.top < innerHeight;
      });
      await expectAccessible(page);
    }));

  test(`a question that the documents don't answer gets an honest no, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, employee, hasJs);
      await ask(page, "What does a monthly parking permit in Tokyo cost?", hasJs);
      await page.getByText(/none is given/).waitFor();
      await page.getByText(/Nearest passages/).waitFor();
    }));

  test(`what somebody may not read is in no answer and no search, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      const [id] = (await admin.call("GET", "/documents?limit=100")).items
        .filter((document) => document.filename === "salaries.md")
        .map((document) => document.id);
      await signIn(page, employee, hasJs);
      await ask(page, "By how much does the zanzibar budget for salaries rise?", hasJs);
      await page.getByText(/none is given/).waitFor();
      assert.equal(await page.getByText(/4\.2/).count(), 0);
      await open(page, "/search?q=zanzibar", hasJs);
      assert.equal(await page.getByText("Salary plan").count(), 0);
      const refused = await page.goto(`/documents/${id}`);
      assert.equal(refused.status(), 404);
      assert.equal(await page.getByText(/4\.2/).count(), 0);
      page.expectProblem(/404/);
    }));

  test(`who was granted it reads it, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, insider, hasJs);
      await ask(page, "By how much does the zanzibar budget for salaries rise?", hasJs);
      await page.getByText(/4\.2 percent/).first().waitFor();
    }));
}

test("a follow-up is understood and rated", (t) =>
  browser.page(t, server, {}, async (page) => {
    await signIn(page, employee);
    await ask(page, "How many days of paid holiday do full-time staff have?", true);
    await page.getByText(/28 days of paid holiday/).first().waitFor();
    await ask(page, "When do unused ones expire?", true);
    await page.getByText("Checked against its sources:").nth(1).waitFor();
    await page.getByText(/31 March/).first().waitFor();

    await page.getByRole("button", { name: "Helpful", exact: true }).last().click();
    await page.getByRole("button", { name: "Helpful", exact: true, pressed: true }).waitFor();
    const conversation = page.url().match(/\/c\/([0-9a-f-]{36})/)[1];
    const cookie = await server.signIn(employee);
    const headers = { cookie };
    const stored = await (await fetch(`${server.url}/api/v1/conversations/${conversation}`, { headers })).json();
    assert.equal(stored.messages.length, 2);
    assert.equal(stored.messages[1].feedback.rating, "up");
  }));

test("only the asker sees a conversation", (t) =>
  browser.page(t, server, {}, async (page) => {
    await signIn(page, employee);
    await ask(page, "What does a replacement access card cost?", true);
    await page.getByText(/15 euros/).first().waitFor();
    const address = new URL(page.url()).pathname;
    await page.context().clearCookies();
    await signIn(page, ADMIN);
    const refused = await page.goto(address);
    assert.equal(refused.status(), 404);
    page.expectProblem(/404/);
  }));
