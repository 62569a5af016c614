/** Builds compound files (MS-CFB, version 3), as DOC and XLS are, honest ones and others. */

const sectorSize = 512;
const endOfChain = 0xfffffffe;
const unused = 0xffffffff;
const fatSector = 0xfffffffd;

type Options = {
  /** Changes the allocation table before it is written. */
  spoilFat?: (fat: Buffer) => void;
  /** Changes the header. */
  spoilHeader?: (header: Buffer) => void;
  /** Changes the directory. */
  spoilDirectory?: (directory: Buffer) => void;
};

/** A file with streams of 4,096 bytes and more in its root: sector 0 is the table, sector 1 on the directory. */
export function makeCompound(streams: Record<string, Buffer>, options: Options = {}): Buffer {
  const names = Object.keys(streams);
  const directorySectors = Math.ceil((names.length + 1) / 4);
  const fat = Buffer.alloc(sectorSize, 0xff);
  fat.writeUInt32LE(fatSector, 0);
  chain(fat, 1, directorySectors);
  const directory = Buffer.alloc(directorySectors * sectorSize);
  writeEntry(directory, 0, { name: "Root Entry", type: 5, child: names.length > 0 ? 1 : unused });
  let next = 1 + directorySectors;
  names.forEach((name, index) => {
    const size = streams[name]?.length ?? 0;
    const right = index + 1 < names.length ? index + 2 : unused;
    writeEntry(directory, index + 1, { name, type: 2, right, first: next, size });
    chain(fat, next, Math.ceil(size / sectorSize));
    next += Math.ceil(size / sectorSize);
  });
  const header = makeHeader();
  options.spoilFat?.(fat);
  options.spoilHeader?.(header);
  options.spoilDirectory?.(directory);
  const contents = Object.values(streams).map((bytes) => {
    return Buffer.concat([bytes, Buffer.alloc((sectorSize - (bytes.length % sectorSize)) % sectorSize)]);
  });
  return Buffer.concat([header, fat, directory, ...contents]);
}

function makeHeader(): Buffer {
  const header = Buffer.alloc(sectorSize);
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header);
  header.writeUInt16LE(0x3e, 24);
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(4096, 56);
  header.writeUInt32LE(endOfChain, 60);
  header.writeUInt32LE(endOfChain, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  return header;
}

function chain(fat: Buffer, first: number, count: number): void {
  for (let index = 0; index < count; index += 1) {
    fat.writeUInt32LE(index + 1 < count ? first + index + 1 : endOfChain, (first + index) * 4);
  }
}

type Fields = { name: string; type: number; child?: number; right?: number; first?: number; size?: number };

function writeEntry(directory: Buffer, index: number, fields: Fields): void {
  const { name, type, child = unused, right = unused, first = 0, size = 0 } = fields;
  const entry = directory.subarray(index * 128, (index + 1) * 128);
  entry.write(name, "utf16le");
  entry.writeUInt16LE((name.length + 1) * 2, 64);
  entry.writeUInt8(type, 66);
  entry.writeUInt32LE(unused, 68);
  entry.writeUInt32LE(right, 72);
  entry.writeUInt32LE(child, 76);
  entry.writeUInt32LE(first, 116);
  entry.writeUInt32LE(size, 120);
}
