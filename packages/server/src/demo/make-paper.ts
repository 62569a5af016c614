/** Makes a small PDF: a title and lines beneath it, in a font that every reader has. */

/** @param title letters beyond Latin-1 become question marks: the readers' own fonts have no others */
export function makePaper(title: string, lines: readonly string[]): Buffer {
  const shown = [`BT /F1 20 Tf 60 770 Td (${toText(title)}) Tj ET`];
  lines.forEach((line, index) => {
    shown.push(`BT /F1 11 Tf 60 ${730 - index * 18} Td (${toText(line)}) Tj ET`);
  });
  const stream = Buffer.from(shown.join("\n"), "latin1");
  return assemble([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Length ${stream.length} >>\nstream\n${stream.toString("latin1")}\nendstream`,
  ]);
}

// The table at the end says where each object begins, in bytes.
function assemble(objects: readonly string[]): Buffer {
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const end = text.length;
  const count = objects.length + 1;
  text += `xref\n0 ${count}\n0000000000 65535 f \n${places.join("")}`;
  text += `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${end}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}

function toText(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff]/g, "?").replace(/[\\()]/g, "\\$&");
}
