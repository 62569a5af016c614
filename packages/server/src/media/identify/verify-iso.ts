/** Tells MP4, M4A, QuickTime, HEIC and AVIF apart: all of them are made of the same boxes. */
import { BadFileError } from "./bad-file.ts";
import type { ByteFile } from "./byte-file.ts";
import { readTopBoxes, type TopBoxes } from "./iso-boxes.ts";
import { type Brands, readBrands, readHandlers } from "./iso-tracks.ts";

const mp4Brand = /^(isom|iso[2-9a-c]|mp4[12]|avc1|hvc1|av01|dash|msdh|MSNV|NDS[CHMP]|f4v |F4[VP] |M4V[ HP]|M4P |mmp4)$/;
const m4aBrand = /^(M4[AB] |F4[AB] )$/;
const heicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx"];
const avifBrands = ["avif", "avis"];
const visualHandlers = ["vide", "pict", "auxv"];

export async function verifyMp4(file: ByteFile): Promise<void> {
  const { brands, handlers } = await readFilm(file);
  if (![...(brands?.all ?? [])].some((brand) => mp4Brand.test(brand))) throw new BadFileError("This is no MP4 file.");
  if (!handlers.includes("vide")) throw new BadFileError("This MP4 file has no video in it.");
}

export async function verifyM4a(file: ByteFile): Promise<void> {
  const { brands, handlers } = await readFilm(file);
  const isKnown = [...(brands?.all ?? [])].some((brand) => mp4Brand.test(brand) || m4aBrand.test(brand));
  if (!isKnown) throw new BadFileError("This is no M4A file.");
  if (!handlers.includes("soun")) throw new BadFileError("This M4A file has no sound in it.");
  if (visualHandlers.some((handler) => handlers.includes(handler))) throw new BadFileError("This is video, not audio.");
}

/** Films of before 2005 have no brands; phones of today write `qt  `. */
export async function verifyQuickTime(file: ByteFile): Promise<void> {
  const { brands, handlers } = await readFilm(file);
  if (brands !== undefined && !brands.all.has("qt  ")) throw new BadFileError("This is no QuickTime file.");
  if (!handlers.includes("vide")) throw new BadFileError("This QuickTime file has no video in it.");
}

export const verifyHeic = (file: ByteFile) => verifyHeif(file, heicBrands);
export const verifyAvif = (file: ByteFile) => verifyHeif(file, avifBrands);

async function verifyHeif(file: ByteFile, known: string[]): Promise<void> {
  const top = await readTopBoxes(file);
  const brands = await readBrands(file, top);
  if (!known.some((brand) => brands?.all.has(brand))) throw new BadFileError("The picture is of another type.");
  if (!top.boxes.some(({ type }) => type === "meta")) throw new BadFileError("There is no picture in the file.");
}

async function readFilm(file: ByteFile): Promise<{ brands: Brands | undefined; handlers: string[] }> {
  const top = await readTopBoxes(file);
  requireSamples(top);
  return { brands: await readBrands(file, top), handlers: await readHandlers(file, top) };
}

function requireSamples({ boxes }: TopBoxes): void {
  const types = new Set(boxes.map(({ type }) => type));
  if (!types.has("moov") || !types.has("mdat")) throw new BadFileError("There is no film in the file.");
}
