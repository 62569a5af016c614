/** The size of a HEIC picture, of files made box by box. */
import { expect, test } from "vitest";
import { makeFile } from "../../media-processor.fixture.ts";
import { readHeicSize } from "./heic-size.ts";

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (value: number) => u8(value >> 8, value & 255);
const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

const full = (type: string, ...parts: Buffer[]) => box(type, u32(0), ...parts);
const ispe = (width: number, height: number) => full("ispe", u32(width), u32(height));
const irot = (turns: number) => box("irot", u8(turns));

/** A file whose picture 2 is the primary one, with the given places in the list of properties; picture 1 is a tile. */
function makeHeic(properties: Buffer[], places: number[]): Buffer {
  const tile = Buffer.concat([u16(1), u8(1), u8(1)]);
  const primary = Buffer.concat([u16(2), u8(places.length), u8(...places.map((place) => place | 0x80))]);
  const ipma = full("ipma", u32(2), tile, primary);
  const meta = full("meta", full("pitm", u16(2)), box("iprp", box("ipco", ...properties), ipma));
  return Buffer.concat([box("ftyp", Buffer.from("heic"), u32(0), Buffer.from("mif1")), meta, box("mdat", u8(1, 2, 3))]);
}

const read = async (bytes: Buffer) => await readHeicSize(await makeFile("a.heic", bytes));

test("it is the whole picture's, not that of the tiles", async () => {
  const bytes = makeHeic([ispe(512, 512), ispe(4032, 3024)], [2]);
  expect(await read(bytes)).toEqual({ width: 4032, height: 3024 });
});

test.each([
  [0, 4032, 3024],
  [1, 3024, 4032],
  [2, 4032, 3024],
  [3, 3024, 4032],
])("it is turned by %i quarters", async (turns, width, height) => {
  const bytes = makeHeic([ispe(512, 512), ispe(4032, 3024), irot(turns)], [2, 3]);
  expect(await read(bytes)).toEqual({ width, height });
});

test.each([
  ["has no size", makeHeic([ispe(512, 512)], [])],
  ["has a size of nothing", makeHeic([ispe(512, 512), ispe(0, 3024)], [2])],
  ["refers to a property that is not there", makeHeic([ispe(512, 512)], [9])],
  ["has no boxes", Buffer.from("rubbish that is no box at all")],
  ["is empty", Buffer.alloc(0)],
])("a file that %s has none", async (_title, bytes) => {
  expect(await read(bytes)).toBeUndefined();
});

test("a file cut anywhere has none, or the right one, and never an error", async () => {
  const whole = makeHeic([ispe(512, 512), ispe(4032, 3024), irot(1)], [2, 3]);
  for (let length = 0; length < whole.length; length += 1) {
    const size = await read(whole.subarray(0, length));
    if (size) expect(size).toEqual({ width: 3024, height: 4032 });
  }
});

test("a file with any byte changed never is an error", async () => {
  const whole = makeHeic([ispe(512, 512), ispe(4032, 3024), irot(1)], [2, 3]);
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    await expect(read(bytes)).resolves.not.toThrow();
  }
});
