/** The steps by which a medium comes to be: ask, PUT, confirm. Each throws if it is refused. */
import type { Media } from "@pipit/protocol/models/media";
import type { Output } from "@pipit/protocol/operations";
import type { RestReply } from "./rest-client.ts";
import type { Person } from "./test-server.ts";

export type FileToSend = { name: string; type: string; bytes: Buffer };

export const note: FileToSend = { name: "note.txt", type: "text/plain", bytes: Buffer.from("hello, world") };

/** A picture of 4 by 4 pixels. */
export const dot: FileToSend = {
  name: "dot.png",
  type: "image/png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQImWMwTpsJRwzEcQDrIxMhLoLCbgAAAABJRU5ErkJggg==",
    "base64",
  ),
};

type Ticket = Output<"media.requestUpload">;

function dataOf(reply: RestReply) {
  if (!reply.body.success) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
  return reply.body.data;
}

export function toClaim(file: FileToSend): { fileName: string; fileType: string; fileSize: number } {
  return { fileName: file.name, fileType: file.type, fileSize: file.bytes.length };
}

export async function requestUpload(person: Person, file: FileToSend, given: object = {}): Promise<Ticket> {
  return dataOf(await person.rest.post("/media/upload-url", { ...toClaim(file), ...given }));
}

/** Sends bytes to where a ticket says, as a browser would. */
export function putFile(
  ticket: Pick<Ticket, "uploadUrl">,
  file: Pick<FileToSend, "type" | "bytes">,
): Promise<Response> {
  return fetch(ticket.uploadUrl, {
    method: "PUT",
    body: new Uint8Array(file.bytes),
    headers: { "Content-Type": file.type },
  });
}

/** An upload whose bytes have come, not confirmed. */
export async function uploadOnly(person: Person, file: FileToSend = note): Promise<Ticket> {
  const ticket = await requestUpload(person, file);
  const response = await putFile(ticket, file);
  if (!response.ok) throw new Error(`refused: ${response.status} ${await response.text()}`);
  return ticket;
}

export function confirmUpload(person: Person, fileKey: string, file: FileToSend): Promise<RestReply> {
  return person.rest.post("/media/confirm", { fileKey, ...toClaim(file) });
}

/** A confirmed medium. */
export async function upload(person: Person, file: FileToSend = note): Promise<Media> {
  const { fileKey } = await uploadOnly(person, file);
  return dataOf(await confirmUpload(person, fileKey, file));
}
