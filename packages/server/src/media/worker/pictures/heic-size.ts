/** Reads the size of a HEIC picture out of its boxes (ISO/IEC 23008-12), since nothing here decodes one. */
import { type FileHandle, open } from "node:fs/promises";

export type Size = { width: number; height: number };

type Box = { type: string; body: Buffer };

const maxTopLevelBoxes = 64;
const maxMetaBytes = 4 * 1024 * 1024;

/** The size of the primary picture as one sees it, or undefined if the file doesn't say. */
export async function readHeicSize(path: string): Promise<Size | undefined> {
  const file = await open(path);
  try {
    const meta = await readMeta(file);
    return meta && findPrimarySize(meta);
  } catch (error) {
    // Lengths and positions in the file that lead out of it.
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

async function readMeta(file: FileHandle): Promise<Buffer | undefined> {
  const { size: end } = await file.stat();
  let position = 0;
  for (let count = 0; count < maxTopLevelBoxes && position + 8 <= end; count += 1) {
    const head = Buffer.alloc(16);
    await file.read(head, 0, 16, position);
    const { headerBytes, bytes } = readBoxLength(head, 0, end - position);
    if (bytes < headerBytes || position + bytes > end) return undefined;
    if (head.toString("latin1", 4, 8) !== "meta") {
      position += bytes;
      continue;
    }
    if (bytes > maxMetaBytes) return undefined;
    const body = Buffer.alloc(bytes - headerBytes);
    await file.read(body, 0, body.length, position + headerBytes);
    // Version and flags come first.
    return body.subarray(4);
  }
  return undefined;
}

function readBoxLength(buffer: Buffer, at: number, rest: number): { headerBytes: number; bytes: number } {
  const short = buffer.readUInt32BE(at);
  if (short === 0) return { headerBytes: 8, bytes: rest };
  if (short !== 1) return { headerBytes: 8, bytes: short };
  return { headerBytes: 16, bytes: Number(buffer.readBigUInt64BE(at + 8)) };
}

function listBoxes(buffer: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= buffer.length; ) {
    const { headerBytes, bytes } = readBoxLength(buffer, at, buffer.length - at);
    if (bytes < headerBytes || at + bytes > buffer.length) throw new RangeError("a box ends outside of its parent");
    boxes.push({
      type: buffer.toString("latin1", at + 4, at + 8),
      body: buffer.subarray(at + headerBytes, at + bytes),
    });
    at += bytes;
  }
  return boxes;
}

function findPrimarySize(meta: Buffer): Size | undefined {
  const inMeta = listBoxes(meta);
  const pitm = inMeta.find(({ type }) => type === "pitm")?.body;
  const iprp = inMeta.find(({ type }) => type === "iprp")?.body;
  if (!pitm || !iprp) return undefined;
  const inIprp = listBoxes(iprp);
  const properties = listBoxes(inIprp.find(({ type }) => type === "ipco")?.body ?? Buffer.alloc(0));
  const primary = pitm.readUInt8(0) === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4);
  const indexes = inIprp.filter(({ type }) => type === "ipma").flatMap(({ body }) => listProperties(body, primary));
  return toSize(indexes.map((index) => properties[index - 1]).filter((property) => property !== undefined));
}

/** The properties of an item, as places in the list of all, the first being 1. */
function listProperties(ipma: Buffer, wanted: number): number[] {
  const idBytes = ipma.readUInt8(0) === 0 ? 2 : 4;
  const indexBytes = (ipma.readUInt8(3) & 1) === 0 ? 1 : 2;
  const found: number[] = [];
  let at = 8;
  for (let entries = ipma.readUInt32BE(4); entries > 0; entries -= 1) {
    const item = ipma.readUIntBE(at, idBytes);
    const count = ipma.readUInt8(at + idBytes);
    at += idBytes + 1;
    for (let n = 0; n < count; n += 1, at += indexBytes) {
      // The topmost bit says whether the property is essential.
      if (item === wanted) found.push(ipma.readUIntBE(at, indexBytes) & (indexBytes === 1 ? 0x7f : 0x7fff));
    }
  }
  return found;
}

function toSize(properties: Box[]): Size | undefined {
  const ispe = properties.find(({ type }) => type === "ispe")?.body;
  if (!ispe) return undefined;
  const [width, height] = [ispe.readUInt32BE(4), ispe.readUInt32BE(8)];
  if (width === 0 || height === 0) return undefined;
  // Quarter turns.
  const turns = properties.find(({ type }) => type === "irot")?.body.readUInt8(0) ?? 0;
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}
