// What the tests ask about.

export const HANDBOOK = {
  "people/leave.md": `# Leave

## Parental leave

Every employee gets 26 weeks of parental leave at full pay after the birth or adoption of a child.
Parental leave can be taken in up to three parts within two years.

## Holidays

Full-time staff have 28 days of paid holiday a year. Unused days expire on 31 March of the next year.
`,
  "people/remote-work.md": `# Remote work

Staff may work from home up to three days a week. Working from another country needs the written
approval of the legal team at least four weeks ahead.

## Equipment

The company pays up to 900 euros for a desk and a chair at home.
`,
  "it/access.html": `<!doctype html><html><head><title>Access cards</title></head><body>
<nav>Menu</nav><main><h1>Access cards</h1>
<p>A lost access card must be reported to the front desk within 24 hours.</p>
<p>A replacement card costs 15 euros.</p></main></body></html>`,
};

export const BOARD = {
  "salaries.md": `# Salary plan

The zanzibar budget for salaries rises by 4.2 percent next year, as the board decided in November.
`,
};

/** A person made by the admin, and how they sign in. */
export async function person(admin, email, role = "employee") {
  const password = "another long password";
  const user = await admin.call("POST", "/users", { email, role, password });
  return { ...user, password };
}
