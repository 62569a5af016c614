/** Office files that are bombs, lie about themselves, or are something else as well. */
import type { BadBytes } from "../bad-files.fixture.ts";
import { makeZip, officeEntries, type ZipEntry } from "./build-zip.fixture.ts";

const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const office = officeEntries("docx");
const good = makeZip(office);
const withEntry = (...entries: ZipEntry[]) => makeZip([...office, ...entries]);
/** Not packable, so that the ratio of the whole stays honest. */
const filling = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + (at >> 7) * 17) % 253));

const nested = Array.from({ length: 6 }).reduce<Buffer>(
  (inner) => makeZip(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.zip`, content: inner }))),
  makeZip([{ name: "zeros", content: Buffer.alloc(1_000_000) }]),
);

const names = ["../../etc/passwd", "/etc/passwd", "c:/windows/a", "a\\..\\b", "a\0b", "a\nb", "..", "word/../../x"];

const zips: Record<string, () => Buffer> = {
  "a hundred megabytes of zeros": () => withEntry({ name: "word/a", content: Buffer.alloc(100_000_000) }),
  "an entry that packs too well": () =>
    withEntry(
      { name: "word/b", content: filling, isStored: true },
      { name: "word/a", content: Buffer.alloc(5_000_000) },
    ),
  "two gigabytes in words": () => withEntry({ name: "word/a", content: filling, lies: { size: 2 ** 31 } }),
  "4,294,967,295 bytes in words": () => withEntry({ name: "word/a", content: filling, lies: { size: 2 ** 32 - 1 } }),
  "50,000 entries": () => withEntry(...Array.from({ length: 50_000 }, (_, index) => ({ name: `word/${index}` }))),
  "60,000 entries that are not counted": () =>
    makeZip([...office, ...Array.from({ length: 60_000 }, (_, index) => ({ name: `word/${index}` }))], { count: 3 }),
  "more entries counted than there are": () => makeZip(office, { count: 50 }),
  "entries in one another": () =>
    withEntry({ name: "word/a", content: filling }, ...Array.from({ length: 50 }, (_, index) => inside(index))),
  "entries around one another": () => withEntry({ name: "word/a", content: "x", lies: { packed: 40, at: 0 } }),
  "an entry outside": () => withEntry({ name: "word/a", lies: { at: 0x7fffffff } }),
  "an entry that reaches beyond the end": () =>
    withEntry({ name: "word/a", content: "x", lies: { packed: 5_000_000 } }),
  "an entry with two lengths": () => {
    const bytes = withEntry({ name: "word/a", content: filling });
    bytes.writeUInt32LE(1, bytes.lastIndexOf("PK\x03\x04") + 18);
    return bytes;
  },
  "an entry with two names": () => withEntry({ name: "word/a", localName: "evil.sh", content: "x" }),
  "two entries of one name": () => withEntry({ name: "word/document.xml", content: "<other/>" }),
  "a packing that nobody knows": () => withEntry({ name: "word/a", content: "x", lies: { method: 97 } }),
  "an encrypted entry": () => withEntry({ name: "word/a", content: "x", lies: { flags: 1 } }),
  "a strongly encrypted entry": () => withEntry({ name: "word/a", content: "x", lies: { flags: 0x41 } }),
  macros: () => withEntry({ name: "word/vbaProject.bin", content: "x" }),
  "macros in capitals": () => withEntry({ name: "word/VBAPROJECT.BIN", content: "x" }),
  "a zip of zips": () => nested,
  "a plain zip": () => makeZip([{ name: "a.txt", content: "hello" }]),
  "a zip of folders that look right": () => makeZip([{ name: "word/" }, { name: "[Content_Types].xml" }]),
  "no list of types": () => makeZip(office.slice(1)),
  "html in front": () => makeZip(office, { before: Buffer.from("<script>alert(1)</script>") }),
  "something behind": () => makeZip(office, { after: Buffer.from("<script>alert(1)</script>") }),
  "a program in front": () => makeZip(office, { before: Buffer.from("MZ\x90\0\x03\0\0\0", "latin1") }),
  "a table": () => makeZip(officeEntries("xlsx")),
  "a list outside the file": () => spoilEnd(16, 0x7fffffff),
  "a list in the end itself": () => spoilEnd(16, good.length - 22),
  "a list that is the first entry": () => spoilEnd(16, 0),
  "many disks": () => spoilEnd(4, 0x00010001),
  "a list of 64 bits that is nowhere": () => {
    const locator = Buffer.alloc(20, 0xff);
    locator.write("PK\x06\x07", "latin1");
    return Buffer.concat([good.subarray(0, -22), locator, good.subarray(-22)]);
  },
  "a comment with a second end": () => makeZip(office, { comment: makeZip([{ name: "evil.sh" }]) }),
};

export function* badZips(): Generator<BadBytes> {
  for (const [name, make] of Object.entries(zips)) yield { name, claimed: docx, expected: "refused", bytes: make() };
  for (const name of names) {
    const bytes = withEntry({ name, content: "x" });
    yield { name: `an entry called ${JSON.stringify(name)}`, claimed: docx, expected: "refused", bytes };
  }
  for (const share of [0.01, 0.1, 0.5, 0.9, 0.999]) {
    const bytes = good.subarray(0, Math.floor(good.length * share));
    yield { name: `a document of ${share} of its length`, claimed: docx, expected: "refused", bytes };
  }
  // Whoever opens a document does not open what lies in it by a name that it doesn't know.
  const more = { "a document with a zip of zips": { name: "word/a.zip", content: nested, isStored: true } };
  for (const [name, entry] of Object.entries({ ...more, "a document with a program": { name: "classes.dex" } })) {
    yield { name, claimed: docx, expected: "either", bytes: withEntry(entry) };
  }
  yield { name: "a document as a table", claimed: xlsx, expected: "refused", bytes: good };
  yield { name: "a document as an old document", claimed: "application/msword", expected: "refused", bytes: good };
}

/** An entry whose bytes lie in those of the filling. */
function inside(index: number): ZipEntry {
  return { name: `word/in${index}`, content: filling, lies: { at: good.indexOf("PK\x03\x04", 1) } };
}

function spoilEnd(at: number, value: number): Buffer {
  const bytes = Buffer.from(good);
  bytes.writeUInt32LE(value, bytes.length - 22 + at);
  return bytes;
}
