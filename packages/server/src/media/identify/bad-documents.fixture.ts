/** Broken, lying and double-faced PDF, DOC, XLS, text and CSV files. */
import type { BadBytes } from "../bad-files.fixture.ts";
import { makeCompound } from "./build-compound.fixture.ts";
import { makeZip } from "./build-zip.fixture.ts";

const pdf = Buffer.from(
  `%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n${"% filling\n".repeat(300)}trailer\n<</Root 1 0 R>>\n%%EOF\n`,
);
const html = Buffer.from("<html><script>alert(1)</script></html>");
const zip = makeZip([{ name: "evil.sh", content: "rm -rf /" }]);

const pdfs: Record<string, Buffer> = {
  "html in front of a pdf": Buffer.concat([html, pdf]),
  "a line in front of a pdf": Buffer.concat([Buffer.from("\n"), pdf]),
  "a mark in front of a pdf": Buffer.concat([Buffer.from("\ufeff"), pdf]),
  "html behind a pdf": Buffer.concat([pdf, html]),
  "html far behind a pdf": Buffer.concat([pdf, Buffer.alloc(5_000, " "), html]),
  "a zip behind a pdf": Buffer.concat([pdf, zip]),
  "a zip behind a pdf, with an end of its own": Buffer.concat([
    pdf,
    makeZip([{ name: "evil.sh", content: "rm" }], { before: Buffer.alloc(0), comment: Buffer.from("\n%%EOF\n") }),
  ]),
  "a pdf behind a zip": Buffer.concat([zip, pdf]),
  "a program behind a pdf": Buffer.concat([pdf, Buffer.from("MZ\x90\0", "latin1")]),
  "a pdf without an end": pdf.subarray(0, -7),
  "a pdf of its mark alone": Buffer.from("%PDF-"),
  "a pdf of a broken mark": Buffer.from("%PDF 1.7\n%%EOF"),
};

const word = (options?: Parameters<typeof makeCompound>[1]) =>
  makeCompound({ WordDocument: Buffer.alloc(6_000, 1), "1Table": Buffer.alloc(5_000, 2) }, options);

const compounds: Record<string, Buffer> = {
  "a chain that loops": word({ spoilFat: (fat) => fat.writeUInt32LE(2, 8) }),
  "a chain that loops on itself": word({ spoilFat: (fat) => fat.writeUInt32LE(4, 16) }),
  "a directory that loops": word({ spoilFat: (fat) => fat.writeUInt32LE(1, 4) }),
  "a chain that leads out": word({ spoilFat: (fat) => fat.writeUInt32LE(0x00ffffff, 12) }),
  "a chain that ends early": word({ spoilFat: (fat) => fat.writeUInt32LE(0xfffffffe, 8) }),
  "a table that is its own list": word({
    spoilHeader: (header) => {
      header.writeUInt32LE(110, 44);
      header.writeUInt32LE(0, 68);
    },
  }),
  "four billion tables": word({ spoilHeader: (header) => header.writeUInt32LE(0xffffffff, 44) }),
  "a hundred tables of one sector": word({
    spoilHeader: (header) => {
      header.writeUInt32LE(100, 44);
      header.fill(0, 76);
    },
  }),
  "no tables": word({ spoilHeader: (header) => header.writeUInt32LE(0, 44) }),
  "sectors of two gigabytes": word({ spoilHeader: (header) => header.writeUInt16LE(31, 30) }),
  "sectors of one byte": word({ spoilHeader: (header) => header.writeUInt16LE(0, 30) }),
  "a directory outside": word({ spoilHeader: (header) => header.writeUInt32LE(0x00ffffff, 48) }),
  "a folder that holds itself": word({ spoilDirectory: (directory) => directory.writeUInt32LE(1, 128 + 72) }),
  "a folder that holds its root": word({ spoilDirectory: (directory) => directory.writeUInt32LE(0, 128 + 68) }),
  "an entry outside": word({ spoilDirectory: (directory) => directory.writeUInt32LE(0x00ffffff, 128 + 72) }),
  "a stream of four gigabytes": word({ spoilDirectory: (directory) => directory.writeUInt32LE(0xfffffff0, 128 + 120) }),
  "an installer": makeCompound({ "\u4840\u3f3f": Buffer.alloc(5_000) }),
  "a presentation": makeCompound({ "PowerPoint Document": Buffer.alloc(5_000) }),
  "a table": makeCompound({ Workbook: Buffer.alloc(5_000) }),
  "an empty folder": makeCompound({}),
  "a document without its middle": Buffer.concat([word().subarray(0, 2_048), word().subarray(8_192)]),
  "something behind the end": Buffer.concat([word(), Buffer.alloc(100_000, "<script>")]),
  "a zip behind the end": Buffer.concat([word(), zip]),
  "the mark alone": word().subarray(0, 8),
};

const texts: Record<string, Buffer> = {
  "a text with NUL": Buffer.from("hello\0world"),
  "a text that ends in NUL": Buffer.from(`${"x".repeat(70_000)}\0`),
  "a text with a bell": Buffer.from("hello\x07"),
  "a text with a backspace": Buffer.from("safe\b\b\b\bevil"),
  "utf-16, low byte first": Buffer.from("\ufeffhello", "utf16le"),
  "utf-16, high byte first": Buffer.from("\ufeffhello", "utf16le").swap16(),
  "utf-16 without a mark": Buffer.from("hello", "utf16le"),
  "utf-32": Buffer.from("fffe000068000000", "hex"),
  "latin-1": Buffer.from("gr\xfc\xdfe", "latin1"),
  "a slash in two bytes": Buffer.from("c0af", "hex"),
  "NUL in two bytes": Buffer.from("c080", "hex"),
  "a slash in three bytes": Buffer.from("e080af", "hex"),
  "a slash in four bytes": Buffer.from("f08080af", "hex"),
  "a following byte alone": Buffer.from("6180", "hex"),
  "half a character": Buffer.from("61e282", "hex"),
  "half a pair": Buffer.from("eda080", "hex"),
  "a character beyond the last": Buffer.from("f4908080", "hex"),
  "five bytes": Buffer.from("f888808080", "hex"),
  "a byte that is never used": Buffer.from("61ff", "hex"),
  "a text that becomes something else": Buffer.concat([Buffer.from("a,b\n".repeat(50_000)), Buffer.from([0x80, 0x81])]),
  "a table with a picture in it": Buffer.from("a,b\n\x89PNG\r\n\x1a\n", "latin1"),
  "a table with a program in it": Buffer.from("a,b\nMZ\x90\0\x03\0", "latin1"),
};

export function* badDocuments(): Generator<BadBytes> {
  const of =
    (claimed: string) =>
    (entry: [string, Buffer]): BadBytes => {
      return { name: entry[0], claimed, expected: "refused", bytes: entry[1] };
    };
  yield* Object.entries(pdfs).map(of("application/pdf"));
  yield* Object.entries(compounds).map(of("application/msword"));
  yield* Object.entries(texts).map(of("text/plain"));
  yield* Object.entries(texts)
    .filter((_, index) => index % 3 === 0)
    .map(of("text/csv"));
  for (const length of [512, 600, 1_024, 1_500, 4_000, 8_000]) {
    const bytes = word().subarray(0, length);
    yield { name: `a document of ${length} bytes`, claimed: "application/msword", expected: "refused", bytes };
  }
}
