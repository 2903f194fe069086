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

/** A PDF with these pages, each a list of lines. */
export function pdf(pages) {
  const font = 3;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${4 + 2 * at} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  for (const lines of pages) {
    const text = lines.map((line) => `(${line}) Tj 0 -20 Td`).join(" ");
    const content = `BT /F1 14 Tf 72 720 Td ${text} ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${objects.length + 2} 0 R ` +
        `/Resources << /Font << /F1 ${font} 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = "%PDF-1.7\n";
  const places = objects.map((object, at) => {
    const place = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  return `${file}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
}
