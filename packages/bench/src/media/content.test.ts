import { createHash } from "node:crypto";
import sharp from "sharp";
import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { makePicture, makeTable } from "./content.ts";

test("a table has just the size that was asked for, and is made from the seed", () => {
  for (const size of [1, 99, 1_000_000, 2_500_001]) {
    const table = makeTable(size, createRandom(5));
    const bytes = Buffer.concat([...table.chunks()]);
    expect(bytes).toHaveLength(size);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(table.sha256);
    expect(bytes.toString("latin1")).toMatch(/^[0-9a-z,\n]*$/);
    expect(makeTable(size, createRandom(5)).sha256).toBe(table.sha256);
  }
  expect(makeTable(1_000, createRandom(6)).sha256).not.toBe(makeTable(1_000, createRandom(5)).sha256);
});

test("a picture is a JPEG of about as many pixels as were asked for, four to three", async () => {
  const [bytes] = (await makePicture(300_000, createRandom(5))).chunks();
  const { format, width, height } = await sharp(bytes).metadata();
  expect(format).toBe("jpeg");
  expect(width * height).toBeGreaterThan(295_000);
  expect(width * height).toBeLessThan(305_000);
  expect(width / height).toBeCloseTo(4 / 3, 2);
});
