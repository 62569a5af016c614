/** Builds zip files entry by entry, honest ones and others. */
import { crc32, deflateRawSync } from "node:zlib";

export type ZipEntry = {
  name: string | Buffer;
  content?: Buffer | string;
  /** What the entry says of itself instead of the truth, in the list and (but for `at`) in front of its content. */
  lies?: { size?: number; packed?: number; flags?: number; method?: number; at?: number };
  /** What it says only in front of its content. */
  localName?: string;
  isStored?: boolean;
};

type Options = { before?: Buffer; after?: Buffer; comment?: Buffer; count?: number };

export function makeZip(
  entries: ZipEntry[],
  { before, after, comment = Buffer.alloc(0), count }: Options = {},
): Buffer {
  const parts: Buffer[] = before === undefined ? [] : [before];
  let at = before?.length ?? 0;
  const list = entries.map((entry) => {
    const { local, central } = makeEntry(entry, at);
    parts.push(local);
    at += local.length;
    return central;
  });
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE((count ?? entries.length) % 0x10000, 8);
  end.writeUInt16LE((count ?? entries.length) % 0x10000, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, directory, end, comment, after ?? Buffer.alloc(0)]);
}

function makeEntry({ name, content = "", lies = {}, localName, isStored = false }: ZipEntry, at: number) {
  const bytes = Buffer.from(content);
  const packed = isStored ? bytes : deflateRawSync(bytes);
  const listed = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(lies.flags ?? 0, 2);
  fields.writeUInt16LE(lies.method ?? (isStored ? 0 : 8), 4);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(lies.packed ?? packed.length, 14);
  fields.writeUInt32LE(lies.size ?? bytes.length, 18);
  fields.writeUInt16LE(listed.length, 22);
  const own = Buffer.from(localName ?? listed);
  const ownFields = Buffer.from(fields);
  ownFields.writeUInt16LE(own.length, 22);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(lies.at ?? at, 10);
  return {
    local: Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), ownFields, own, packed]),
    central: Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), fields, rest, listed]),
  };
}

const kinds = {
  docx: { main: "word/document.xml", type: "wordprocessingml.document" },
  xlsx: { main: "xl/workbook.xml", type: "spreadsheetml.sheet" },
} as const;

/** The entries that an Office file can't do without. */
export function officeEntries(kind: keyof typeof kinds): ZipEntry[] {
  const { main, type } = kinds[kind];
  const contentType = `application/vnd.openxmlformats-officedocument.${type}.main+xml`;
  const types = `<Types><Override PartName="/${main}" ContentType="${contentType}"/></Types>`;
  return [
    { name: "[Content_Types].xml", content: types },
    { name: "_rels/.rels", content: "<Relationships/>" },
    { name: main, content: "<document>hello</document>" },
  ];
}
