/** Sends files to any server, and fetches them. */
import { Agent, type IncomingMessage, request } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { fetchLight } from "../wire/light-http.ts";
import type { Content } from "./content.ts";

/** Where a file is, or goes to. */
export type Place = { url: string; headers: Record<string, string> };

const agent = new Agent({ keepAlive: true });
const shownBytes = 500;

/** Sends a file by one PUT. @throws {Error} when it is refused */
export async function sendFile({ url, headers }: Place, content: Content): Promise<void> {
  const outgoing = request(url, { method: "PUT", headers: { ...headers, "content-length": content.size }, agent });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve).once("error", reject);
  });
  // A server that refuses a file may answer before it has come.
  const sent = pipeline(Readable.from(content.chunks()), outgoing);
  const response = await Promise.race([answered, sent.then(() => answered)]);
  const answer = await text(response);
  if (response.statusCode !== 200) throw refusal("PUT", url, response.statusCode, answer);
}

export type Fetched = { type: string | undefined; bytes: number };

/**
 * Fetches what is at a place.
 * @param see gets each piece of it, which is good until it returns
 * @throws {Error} when it is refused
 */
export async function fetchFile(
  { url, headers }: Place,
  see: (chunk: Uint8Array) => void = () => {},
): Promise<Fetched> {
  let answer = "";
  const response = await fetchLight(url, headers, (chunk) => {
    if (answer.length < shownBytes) answer += Buffer.from(chunk.subarray(0, shownBytes)).toString("latin1");
    see(chunk);
  });
  const expected = "range" in headers ? 206 : 200;
  if (response.status !== expected) throw refusal("GET", url, response.status, answer);
  return { type: response.headers.get("content-type"), bytes: response.bytes };
}

/** The same place, but for a part of what is there. @param last the last byte, included */
export function partOf({ url, headers }: Place, first: number, last: number): Place {
  return { url, headers: { ...headers, range: `bytes=${first}-${last}` } };
}

// What follows the path may be as good as a password.
function refusal(method: string, url: string, status: number | undefined, answer: string): Error {
  return new Error(`${method} ${new URL(url).pathname} was answered with ${status}: ${answer.slice(0, shownBytes)}`);
}
