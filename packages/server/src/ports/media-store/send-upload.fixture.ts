/** Uploads as clients make them: whole, broken off, and in pieces. */
import { request } from "node:http";
import type { ResumableTarget, UploadTarget } from "./media-store.ts";

/** Sends a body as a target says. @returns the status */
export async function send(target: UploadTarget, body: Uint8Array, headers = target.headers): Promise<number> {
  const response = await fetch(target.url, { method: target.method, headers, body: toBody(body) });
  await response.arrayBuffer();
  return response.status;
}

/** Sends the beginning of a body and then cuts the connection. */
export async function breakOff(target: UploadTarget, body: Uint8Array): Promise<void> {
  const headers = { ...target.headers, "content-length": body.byteLength };
  const sending = request(target.url, { method: target.method, headers, agent: false });
  // The cut is an error to the sender too.
  sending.on("error", () => {});
  await new Promise<void>((resolve) => {
    sending.write(body.subarray(0, body.byteLength >> 1), () => resolve());
  });
  await new Promise<void>((resolve) => {
    sending.once("close", resolve);
    sending.destroy();
  });
}

/** Sends what an upload lacks, at most `most` bytes or parts of it, as a client would that is cut off after that. */
export async function sendSome(target: ResumableTarget, body: Uint8Array, most: Most): Promise<void> {
  if (target.protocol === "tus") return await sendPatch(target.url, body, most.bytes);
  for (const { partNumber, url, size } of target.parts.slice(0, most.parts)) {
    const start = (partNumber - 1) * target.partSize;
    const response = await fetch(url, { method: "PUT", body: toBody(body.subarray(start, start + size)) });
    if (response.status !== 200) throw new Error(`a part was refused: ${response.status} ${await response.text()}`);
  }
}

type Most = { bytes: number; parts: number };

async function sendPatch(url: string, body: Uint8Array, most: number): Promise<void> {
  const offset = await findOffset(url);
  const response = await patch(url, offset, body.subarray(offset, offset + most));
  if (response.status !== 204) throw new Error(`a patch was refused: ${response.status} ${await response.text()}`);
}

/** How much the server has of a tus upload. */
export async function findOffset(url: string): Promise<number> {
  const response = await fetch(url, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
  if (response.status !== 200) throw new Error(`no such upload: ${response.status}`);
  return Number(response.headers.get("upload-offset"));
}

/** Sends a piece of a tus upload. */
export async function patch(url: string, offset: number, body: Uint8Array): Promise<Response> {
  const headers = {
    "tus-resumable": "1.0.0",
    "upload-offset": String(offset),
    "content-type": "application/offset+octet-stream",
  };
  return await fetch(url, { method: "PATCH", headers, body: toBody(body) });
}

// A copy, since TypeScript knows that the bytes might else be shared between threads.
function toBody(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
