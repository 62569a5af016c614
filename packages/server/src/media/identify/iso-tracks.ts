/** What an ISO file says that it is (its brands), and what its tracks are. */
import { BadFileError, type Budget } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { type Box, type TopBoxes, walkBoxes } from "./iso-boxes.ts";

export type Brands = { major: string; all: ReadonlySet<string> };

const longestBrandList = 1024;

/** Undefined for a file without them, as old QuickTime films are. */
export async function readBrands(file: ByteFile, { boxes }: TopBoxes): Promise<Brands | undefined> {
  const [box] = boxes;
  if (box?.type !== "ftyp") return undefined;
  const length = box.end - box.contentStart;
  if (length < 8 || length > longestBrandList) throw new BadFileError("The file's list of brands is broken.");
  const brands = (await file.read(box.contentStart, length)).toString("latin1");
  const compatible = brands.slice(8).match(/[\s\S]{4}/g) ?? [];
  return { major: brands.slice(0, 4), all: new Set([brands.slice(0, 4), ...compatible]) };
}

/** The handler of each track: `vide`, `soun`, `meta`, … */
export async function readHandlers(file: ByteFile, { boxes, budget }: TopBoxes): Promise<string[]> {
  const films = boxes.filter(({ type }) => type === "moov");
  if (films.length > 1) throw new BadFileError("The file has more than one film in it.");
  const handlers: string[] = [];
  for (const film of films) {
    for await (const box of walkBoxes(file, film.contentStart, film.end, budget)) {
      if (box.type === "trak") handlers.push(await readHandler(file, box, budget));
    }
  }
  return handlers;
}

/** @throws {BadFileError} when the track has none */
export async function readHandler(file: ByteFile, track: Box, budget: Budget): Promise<string> {
  const media = await findBox(file, track, "mdia", budget);
  const handler = media && (await findBox(file, media, "hdlr", budget));
  if (handler === undefined || handler.end - handler.contentStart < 12) throw new BadFileError("A track is broken.");
  return (await file.read(handler.contentStart + 8, 4)).toString("latin1");
}

export async function findBox(file: ByteFile, parent: Box, type: string, budget: Budget): Promise<Box | undefined> {
  for await (const box of walkBoxes(file, parent.contentStart, parent.end, budget)) {
    if (box.type === type) return box;
  }
  return undefined;
}
