/** Asks for the bytes of media, as browsers do, and looks at what came. */
import sharp from "sharp";
import type { Person } from "./test-server.ts";
import type { FileToSend } from "./upload.ts";

/** @param person whose token goes along; none for null */
export function fetchMedia(
  person: Person | null,
  url: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Response> {
  const authorization: Record<string, string> = person === null ? {} : { authorization: `Bearer ${person.token}` };
  return fetch(url, { method, redirect: "manual", headers: { ...authorization, ...headers } });
}

export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** The code of a refusal, or `ok`. */
export async function readCode(response: Response): Promise<string> {
  return response.ok ? "ok" : ((await response.json()) as { code: string }).code;
}

/** A photograph of 1,600 by 1,000 pixels, of which no two are the same. */
export async function makeHarbour(): Promise<FileToSend> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const image = sharp({ create: { width: 1600, height: 1000, channels: 3, background: "#888", noise } });
  return { name: "harbour.jpg", type: "image/jpeg", bytes: await image.jpeg().toBuffer() };
}
