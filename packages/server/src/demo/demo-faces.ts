/** The pictures of the demo's people, small enough to come along with the list of them. */
import sharp from "sharp";
import { demoPeople } from "./demo-people.ts";
import { drawPortrait } from "./draw-portrait.ts";

const pixels = 96;

/** @returns a data URL of at most 3 kB for each, by their ids */
export async function drawFaces(): Promise<Map<string, string>> {
  const faces = demoPeople.map(async ({ id, look }): Promise<[string, string]> => {
    const small = sharp(await drawPortrait(id, look)).resize(pixels, pixels);
    const bytes = await small.webp({ quality: 70 }).toBuffer();
    return [id, `data:image/webp;base64,${bytes.toString("base64")}`];
  });
  return new Map(await Promise.all(faces));
}
