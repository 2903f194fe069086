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
      const users = (await admin.call("GET", "/users?limit=100")).items;
      assert.ok(users.some((user) => user.email === email));
    }));

  test(`a new password ends the other sessions, ${name}`, (t) =>
    browser.page(t, server, options, async (page) => {
      const someone = await person(admin, `hedy-${hasJs}@example.com`);
      const elsewhere = await server.signIn(someone);
      await signIn(page, someone, hasJs);
      await open(page, "/settings", hasJs);
      await page.getByLabel("Current password").fill(someone.password);
      await page.getByLabel("New password").fill("quite another long password");
      await page.getByRole("button", { name: /change password|change the password/i }).click();
      if (hasJs) await page.getByText(/changed/i).first().waitFor();
      await server.until("rid of the other session", async () => {
        const me = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: elsewhere } });
        return me.status === 401;
      });
    }));
}
