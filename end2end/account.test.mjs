import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN, Browser, Server, WAYS, expectAccessible, open, signIn } from "./harness.mjs";
import { person } from "./fixtures.mjs";

let server, browser, admin;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
  admin = await server.admin();
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

for (const { name, options, hasJs } of WAYS) {
  test(`a person signs in, reads who they are, and signs out, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await open(page, "/search?q=leave", hasJs);
      assert.match(page.url(), /\/sign-in\?next=/);
      await expectAccessible(page);
      await page.getByLabel("E-mail address").fill(ADMIN.email);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("The e-mail address or the password is wrong.").waitFor();

      await page.getByLabel("E-mail address").fill(ADMIN.email);
      await page.getByLabel("Password").fill(ADMIN.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(/\/search\?q=leave/);
      await page.getByText(ADMIN.email).first().waitFor();

      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(/\/sign-in/);
      await open(page, "/settings", hasJs);
      assert.match(page.url(), /\/sign-in/);
    }));

  test(`an invited person chooses a password by a link that works once, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      const email = `grace-${hasJs}@example.com`;
      await signIn(page, ADMIN, hasJs);
      await open(page, "/admin/users", hasJs);
      await page.getByLabel("E-mail address").fill(email);
      await page.getByRole("button", { name: /add|invite/i }).click();
      await page.getByText(email).first().waitFor();

      // The link is shown once, and leads to where the person chooses a password.
      const link = await page.getByRole("status").locator("code").innerText();
      await page.reload();
      assert.equal(await page.getByText("Send them this link").count(), 0);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL(/\/sign-in/);
      await page.goto(link);
      await page.getByLabel("Password").fill("a password of many words");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(email).first().waitFor();
      await page.goto(link);
      await page.getByText("This link is over").waitFor();
      page.expectProblem(/404/);
    }));

  test(`a new password ends the other sessions, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      const someone = await person(admin, `hedy-${hasJs}@example.com`);
      const elsewhere = await server.signIn(someone);
      await signIn(page, someone, hasJs);
      await open(page, "/settings", hasJs);
      const change = page.getByRole("button", { name: "Change password" });
      await page.getByLabel("Current password").fill("not the password");
      await page.getByLabel("New password").fill("quite another long password");
      await change.click();
      await page.getByText("The current password is wrong.").waitFor();
      if (hasJs) {
        // What was entered is still there.
        assert.equal(await page.getByLabel("New password").inputValue(), "quite another long password");
        page.expectProblem(/422/);
      }
      await page.getByLabel("Current password").fill(someone.password);
      await page.getByLabel("New password").fill("quite another long password");
      await change.click();
      await page.getByText("Your password is changed.").waitFor();
      if (hasJs) assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "status");
      await server.until("rid of the other session", async () => {
        const me = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: elsewhere } });
        return me.status === 401;
      });
    }));

  test(`an API token's secret is shown once, and works, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      await signIn(page, ADMIN, hasJs);
      await open(page, "/settings", hasJs);
      await page.getByLabel("What it is for").fill(`Import ${name}`);
      await page.getByRole("button", { name: "Make a token" }).click();
      const secret = await page.getByRole("status").locator("code").innerText();
      const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
      assert.equal((await me.json()).email, ADMIN.email);
      await expectAccessible(page);
      await page.reload();
      assert.equal(await page.getByText(secret).count(), 0);
    }));
}
