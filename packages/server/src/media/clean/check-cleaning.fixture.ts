/** Cleans bytes, and looks whether a picture is the same as before. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";
import { identifyFile } from "../identify/identify-file.ts";
import { makeFile, makeFolder } from "../media-processor.fixture.ts";
import { cleanFile } from "./clean-file.ts";

/**
 * What others get of a file, which is taken and cleaned. Cleaning is done with after once: a second time finds nothing.
 * @throws when the file is refused
 */
export async function cleanBytes(bytes: Buffer, mimeType: string): Promise<Buffer> {
  const path = await makeFile("original", bytes);
  expect(await identifyFile(path, mimeType)).toMatchObject({ mimeType });
  const target = join(await makeFolder(), "cleaned");
  const result = await cleanFile(path, mimeType, target);
  if (typeof result !== "boolean") throw new Error(`refused: ${result.message}`);
  if (!result) return bytes;
  expect(await readFile(path), "the original stays as it is").toEqual(bytes);
  expect(await cleanFile(target, mimeType, join(await makeFolder(), "again"))).toBe(false);
  return await readFile(target);
}

/** Why a file is not taken, be it at first sight or when it is cleaned. */
export async function refuseBytes(bytes: Buffer, mimeType: string): Promise<string> {
  const path = await makeFile("original", bytes);
  const found = await identifyFile(path, mimeType);
  if ("code" in found) return found.code;
  const result = await cleanFile(path, mimeType, join(await makeFolder(), "cleaned"));
  if (typeof result === "boolean") throw new Error("the file was taken");
  return result.code;
}

/** The pixels of all frames, turned as they are seen. */
async function readPixels(picture: Buffer): Promise<{ width: number; height: number; data: Buffer }> {
  const { data, info } = await sharp(picture, { animated: true })
    .autoOrient()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

export async function expectSamePicture(one: Buffer, other: Buffer): Promise<void> {
  const [first, second] = [await readPixels(one), await readPixels(other)];
  expect([second.width, second.height]).toEqual([first.width, first.height]);
  expect(second.data.equals(first.data)).toBe(true);
}
