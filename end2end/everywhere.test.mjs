// Every page, narrow and wide, in the light and in the dark: accessible, no wider than its window,
// and without an error in the console.

import { after, before, test } from "node:test";
import { ADMIN, Browser, Server, expectAccessible, expectNoSideways, open, signIn } from "./harness.mjs";
import { BOARD, HANDBOOK } from "./fixtures.mjs";

let server, browser, pages;
before(async () => {
  [server, browser] = await Promise.all([Server.start(), Browser.start()]);
  const admin = await server.admin();
  const handbook = await admin.collection(server, "Handbook", "everyone", HANDBOOK);
  const board = await admin.collection(server, "Board", "restricted", BOARD);
  const { items } = await admin.call("GET", `/documents?collection=${handbook.id}`);
  const { items: chunks } = await admin.call("GET", `/documents/${items[0].id}/chunks`);
  const { conversation_id } = await admin.call("POST", "/ask", { question: "How many days of paid holiday are there?" });
  pages = [
    "/",
    `/c/${conversation_id}`,
    "/conversations",
    "/search",
    "/search?q=holiday",
    "/search?q=qqxyzzy&mode=lexical",
    "/library",
    `/library/${handbook.id}`,
    `/library/${board.id}`,
    `/documents/${items[0].id}`,
    `/documents/${items[0].id}?passage=${chunks[0].id}`,
    "/admin/users",
    "/admin/groups", "/admin/queue",
    "/settings",
  ];
});
after(() => Promise.all([server?.stop(), browser?.stop()]));

for (const width of [360, 1920]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`every page holds at ${width} px in the ${colorScheme}`, (t) =>
      browser.page(t, server, { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" }, async (page) => {
        await signIn(page, ADMIN);
        for (const address of pages) {
          await open(page, address);
          await expectNoSideways(page);
          await expectAccessible(page);
        }
      }));
  }
}
