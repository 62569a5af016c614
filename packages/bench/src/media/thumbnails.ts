/** Has Pipit make thumbnails of pictures, and gives them again. */
import type { Progress } from "../scenario.ts";
import type { Content } from "./content.ts";
import { measure, type Pace } from "./measure.ts";
import type { PipitMedia } from "./pipit-media.ts";
import { fetchFile, type Place, sendFile } from "./transfer.ts";

const edges = [96, 160, 320, 640, 1280];
const fits = ["contain", "cover"];
const atOnce = 4;

export type ThumbnailOptions = {
  picture: Content;
  /** How many of it are uploaded; each has ten variants. */
  pictures: number;
  /** How often each variant is fetched again. */
  repeats: number;
};

export type Thumbnails = {
  /** What they count is variants. */
  made: Pace;
  again: Pace;
  variants: number;
  /** How long each picture took to be checked and kept, in milliseconds. */
  confirmMs: number[];
};

export async function runThumbnails(
  pid: number,
  media: PipitMedia,
  { picture, pictures, repeats }: ThumbnailOptions,
  progress: Progress,
): Promise<Thumbnails> {
  const confirmMs: number[] = [];
  const places: Place[] = [];
  for (let count = 0; count < pictures; count += 1) places.push(await keepPicture(media, picture, confirmMs));
  const variants = edges.flatMap((edge) => fits.flatMap((fit) => places.map((place) => toVariant(place, edge, fit))));
  progress(`making ${variants.length} thumbnails`);
  const made = await fetchAll(pid, variants, 1);
  progress("fetching them again");
  return { made, again: await fetchAll(pid, variants, repeats), variants: variants.length, confirmMs };
}

async function keepPicture(media: PipitMedia, picture: Content, confirmMs: number[]): Promise<Place> {
  const ticket = await media.request(picture);
  await sendFile({ url: ticket.uploadUrl, headers: ticket.headers }, picture);
  const startedAt = performance.now();
  const { url } = await media.confirm(ticket, picture);
  confirmMs.push(performance.now() - startedAt);
  return media.at(url);
}

function toVariant({ url, headers }: Place, edge: number, fit: string): Place {
  return { url: `${url}?width=${edge}&height=${edge}&fit=${fit}&format=webp`, headers };
}

function fetchAll(pid: number, variants: Place[], times: number): Promise<Pace> {
  const places = Array.from({ length: times }, () => variants).flat();
  return measure(pid, { turns: places.length, atOnce }, async (turn) => {
    const place = places[turn];
    if (!place) throw new RangeError(`there is no variant ${turn}`);
    const { type } = await fetchFile(place);
    if (type !== "image/webp") throw new Error(`a thumbnail is ${type}`);
    return 1;
  });
}
