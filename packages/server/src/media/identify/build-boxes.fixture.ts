/** Builds small ISO files box by box: films, and pictures with EXIF in them. */

export function box(type: string, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(
    contents.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );
  return Buffer.concat([uint32(8 + content.length), Buffer.from(type, "latin1"), content]);
}

/** A box with a version and flags. */
export function fullBox(type: string, version: number, ...contents: (Buffer | string)[]): Buffer {
  return box(type, Buffer.from([version, 0, 0, 0]), ...contents);
}

export function uint32(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => bytesOf(value, 4)));
}

export function uint16(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => bytesOf(value, 2)));
}

function bytesOf(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export function ftyp(major: string, ...compatible: string[]): Buffer {
  return box("ftyp", major, uint32(512), ...compatible);
}

export const isomFtyp = ftyp("isom", "isom", "iso2", "mp41");

const nothing: Buffer = Buffer.alloc(0);

/** A track of one chunk; `samples` are the lengths of its samples, `at` is where the chunk lies. */
export function track(
  handler: string,
  { samples = [0], at = 0, extra = nothing }: { samples?: number[]; at?: number; extra?: Buffer } = {},
): Buffer {
  const stbl = box(
    "stbl",
    fullBox("stsd", 0, uint32(0)),
    fullBox("stsc", 0, uint32(1, 1, samples.length, 1)),
    fullBox("stsz", 0, uint32(0, samples.length, ...samples)),
    fullBox("stco", 0, uint32(1, at)),
  );
  const hdlr = fullBox("hdlr", 0, uint32(0), handler, Buffer.alloc(13));
  return box("trak", fullBox("tkhd", 0, Buffer.alloc(80)), box("mdia", hdlr, box("minf", stbl)), extra);
}

type Film = { brand: Buffer; tracks: Buffer[]; inMoov: Buffer; after: Buffer; samples: Buffer };

/** A film without sense: enough of one for whoever looks at its boxes. */
export function film(parts: Partial<Film> = {}): Buffer {
  const { brand = isomFtyp, tracks = [track("vide"), track("soun")], inMoov = nothing, after = nothing } = parts;
  const { samples = Buffer.alloc(64, 7) } = parts;
  const moov = box("moov", fullBox("mvhd", 0, Buffer.alloc(96)), ...tracks, inMoov);
  return Buffer.concat([brand, box("mdat", samples), moov, after]);
}

type Item = { id: number; type: string; bytes: Buffer; method?: 0 | 1; contentType?: string };

/** A picture in HEIF of a few items, whose bytes lie in `mdat`, or in `idat` (method 1). */
export function heif(
  brand: Buffer,
  items: Item[],
  { width = 64, height = 64, inMeta = nothing }: { width?: number; height?: number; inMeta?: Buffer } = {},
): Buffer {
  const inFile = items.filter(({ method = 0 }) => method === 0);
  const inData = items.filter(({ method = 0 }) => method === 1);
  const make = (origin: number) => makeMeta(items, { inFile, inData, origin, width, height, inMeta });
  const origin = brand.length + make(0).length + 8;
  return Buffer.concat([brand, make(origin), box("mdat", ...inFile.map(({ bytes }) => bytes))]);
}

type Layout = { inFile: Item[]; inData: Item[]; origin: number; width: number; height: number; inMeta: Buffer };

function makeMeta(items: Item[], { inFile, inData, origin, width, height, inMeta }: Layout): Buffer {
  const place = (item: Item) => {
    const among = item.method === 1 ? inData : inFile;
    const before = among.slice(0, among.indexOf(item)).reduce((sum, { bytes }) => sum + bytes.length, 0);
    return (item.method === 1 ? 0 : origin) + before;
  };
  const entries = items.map(({ id, type, contentType }) => {
    return fullBox("infe", 2, uint16(id, 0), type, "\0", contentType === undefined ? "" : `${contentType}\0`);
  });
  const places = items.map((item) => {
    return Buffer.concat([uint16(item.id, item.method ?? 0, 0, 1), uint32(place(item), item.bytes.length)]);
  });
  return fullBox(
    "meta",
    0,
    fullBox("hdlr", 0, uint32(0), "pict", Buffer.alloc(13)),
    fullBox("pitm", 0, uint16(1)),
    fullBox("iinf", 0, uint16(items.length), ...entries),
    fullBox("iloc", 1, Buffer.from([0x44, 0x00]), uint16(items.length), ...places),
    box("iprp", box("ipco", fullBox("ispe", 0, uint32(width, height)))),
    box("idat", ...inData.map(({ bytes }) => bytes)),
    inMeta,
  );
}
