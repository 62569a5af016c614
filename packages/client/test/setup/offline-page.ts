/** What offline.chromium.test.ts loads into its pages: an app with a client of the SDK on IndexedDB. */
import { createClient, type Delivery, type PipitClient, type RoomHandle } from "@pipit/client";
import { createIndexedDbStore } from "@pipit/client/indexed-db";

export type PageOptions = {
  /** Where the server is. */
  url: string;
  /** The name of the store. */
  name: string;
  roomId: string;
};

export type Row = { key: string; content: string; delivery: Delivery | undefined; type: string; sequence: number };

// TypeScript is not told here what browsers have.
type Canvas = {
  width: number;
  height: number;
  getContext(kind: "2d"): {
    createImageData(width: number, height: number): { data: Uint8ClampedArray };
    putImageData(image: object, x: number, y: number): void;
  };
  toBlob(take: (blob: Blob) => void, type: string): void;
};
declare const document: { createElement(name: "canvas"): Canvas };

let client: PipitClient;
let room: RoomHandle;
/** By key, each state that a message was shown in, `gone` when it was not shown for a moment. */
const seen = new Map<string, string[]>();
/** The counts of unread messages of the room that were shown. */
const unreadSeen: number[] = [];
const errors: string[] = [];

const offlinePage = {
  /** Opens the app; resolves when it shows what the store has. */
  async open({ url, name, roomId }: PageOptions): Promise<void> {
    client = createClient({
      url,
      tokenProvider: async () => (await fetch("/token")).text(),
      store: createIndexedDbStore({ name }),
      storeName: name,
      onError: (error) => errors.push(String(error)),
    });
    await client.start();
    room = client.room(roomId);
    room.messages.subscribe(watch);
    watch();
  },

  async sendAll(contents: readonly string[]): Promise<string[]> {
    const keys: string[] = [];
    for (const content of contents) keys.push(await room.send({ content }));
    return keys;
  },

  /** A photograph of noise, which does not become smaller. @returns its key, and its bytes in base64 */
  async sendPhoto(content: string): Promise<{ key: string; size: number; bytes: string }> {
    const blob = await makePhoto();
    const key = await room.send({ content, file: { blob, fileName: "harbour.jpg" } });
    return { key, size: blob.size, bytes: await toBase64(blob) };
  },

  /** A text of so many bytes as a file. */
  sendFile: (content: string, size: number) => room.send({ content, file: { blob: toText(size), fileName: "a.txt" } }),
  /** The same, for when it is refused. @returns the name of the error */
  failToSend: async (size: number) => {
    const file = { blob: toText(size), fileName: "a.txt" };
    return await room.send({ file }).then(
      () => "sent",
      (error: unknown) => (error instanceof Error || error instanceof DOMException ? error.name : String(error)),
    );
  },

  rows: (): Row[] =>
    room.messages.getSnapshot().items.map((item) => ({
      key: item.key,
      content: item.content,
      delivery: item.delivery,
      type: item.message_type,
      sequence: item.sequence_number,
    })),
  counts: () => client.rooms.getSnapshot().map(({ id, unread_count: unread }) => [id, unread] as const),
  waiting: () => client.outbox.items.getSnapshot().map((item) => item.id),
  /** How much of a file has gone; undefined while nothing goes. */
  sent: (key: string) => client.outbox.upload(key).getSnapshot()?.sent,
  /** The size of the file of a message that waits, as the store has it. */
  fileSize: (key: string) => {
    const action = client.outbox.items.getSnapshot().find((item) => item.id === key)?.action;
    return action?.kind === "send" ? action.attachment?.blob.size : undefined;
  },
  status: () => client.connection.getSnapshot().status,
  isSynced: () => client.isSynced.getSnapshot(),
  seen: () => Object.fromEntries(seen),
  unreadSeen: () => unreadSeen,
  errors: () => errors,
  markRead: () => room.markRead(),
  discard: (key: string) => client.outbox.discard(key),
};

function watch(): void {
  const unread = room.room.getSnapshot()?.unread_count;
  if (unread !== undefined && unread !== unreadSeen.at(-1)) unreadSeen.push(unread);
  const shown = new Map(room.messages.getSnapshot().items.map((item) => [item.key, item.delivery]));
  for (const [key, states] of seen) if (!shown.has(key) && states.at(-1) !== "gone") states.push("gone");
  for (const [key, delivery] of shown) {
    if (delivery === undefined) continue;
    const states = seen.get(key) ?? [];
    seen.set(key, states);
    if (states.at(-1) !== delivery) states.push(delivery);
  }
}

function makePhoto(): Promise<Blob> {
  const [width, height] = [640, 400];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let at = 0; at < image.data.length; at += 1) image.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
  context.putImageData(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
}

// No two parts of it are the same: what the browser keeps is as large.
function toText(size: number): Blob {
  const text = Array.from({ length: Math.ceil(size / 16) }, () => Math.random().toString(36).padEnd(16).slice(0, 16));
  return new Blob(text, { type: "text/plain" });
}

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export type OfflinePage = typeof offlinePage;

Object.assign(globalThis, { offlinePage });
