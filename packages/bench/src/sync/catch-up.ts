/** A device that catches up: the list of its rooms, then what each of those that moved has missed. */
import type { Output } from "@pipit/protocol/operations";
import type { LightSocket } from "../wire/light-socket.ts";
import { toEnvelope } from "../wire/rest-client.ts";

const pageSize = 100;

/** Where a device stands: what it gives back to the server with each sync. */
export type Cursors = { chats: string; rooms: Map<string, number> };

/** Milliseconds and bytes of a catch-up. */
export type CatchUp = {
  /** How many rooms it brought. */
  rooms: number;
  messages: number;
  chatsMs: number;
  messagesMs: number;
  chatsBytes: number;
  messagesBytes: number;
  /** What the device asked. */
  requestBytes: number;
};

type Asked<Data> = { data: Data; bytes: number; requestBytes: number };

/** Loads the list of rooms from nothing, by pages. @returns where the device stands, and the bytes of it all */
export async function loadRooms(socket: LightSocket): Promise<{ cursors: Cursors; bytes: number }> {
  const rooms = new Map<string, number>();
  let cursor: string | undefined;
  let bytes = 0;
  let page: Output<"sync.chats">;
  do {
    const asked = await ask<Output<"sync.chats">>(socket, "chats:sync", { cursor, limit: pageSize });
    page = asked.data;
    bytes += asked.bytes;
    for (const room of page.rooms) rooms.set(room.id, room.last_change);
    cursor = page.cursor;
  } while (page.has_more);
  return { cursors: { chats: page.cursor, rooms }, bytes };
}

/**
 * Catches up and moves the cursors. The messages of all rooms are asked for at once, as the SDK does for rooms that are
 * open. Times are taken at the socket, on the same machine: they include the way there and back.
 */
export async function catchUp(socket: LightSocket, cursors: Cursors): Promise<CatchUp> {
  const startedAt = performance.now();
  const chats = await ask<Output<"sync.chats">>(socket, "chats:sync", { cursor: cursors.chats, limit: pageSize });
  const listedAt = performance.now();
  if (chats.data.has_more || chats.data.full) throw new Error("the list of moved rooms did not fit on one page");
  cursors.chats = chats.data.cursor;
  const moved = chats.data.rooms.filter((room) => room.last_change > (cursors.rooms.get(room.id) ?? 0));
  const pages = await Promise.all(
    moved.map(({ id }) => {
      const input = { room_id: id, since_change: cursors.rooms.get(id) ?? 0, limit: pageSize };
      return ask<Output<"sync.messages">>(socket, "messages:sync", input);
    }),
  );
  const endedAt = performance.now();
  for (const { data } of pages) {
    if (data.has_more || data.full) throw new Error("the messages of a room did not fit on one page");
    cursors.rooms.set(data.room_id, data.last_change);
  }
  return {
    rooms: moved.length,
    messages: sum(pages, ({ data }) => data.messages.length),
    chatsMs: listedAt - startedAt,
    messagesMs: endedAt - listedAt,
    chatsBytes: chats.bytes,
    messagesBytes: sum(pages, ({ bytes }) => bytes),
    requestBytes: chats.requestBytes + sum(pages, ({ requestBytes }) => requestBytes),
  };
}

function ask<Data>(socket: LightSocket, event: string, payload: object): Promise<Asked<Data>> {
  const json = JSON.stringify(payload);
  return new Promise((resolve, reject) => {
    socket.emit(event, json, (answer) => {
      if (typeof answer !== "string") {
        reject(answer);
        return;
      }
      const envelope = toEnvelope(JSON.parse(answer)[0]);
      if (!envelope.success) reject(new Error(`${event} was refused: ${envelope.code}`));
      // Beside its payload, a frame has the packet's number, the event's name and a header: some twenty bytes.
      else {
        const [bytes, requestBytes] = [Buffer.byteLength(answer), Buffer.byteLength(json)];
        resolve({ data: envelope.data as Data, bytes, requestBytes });
      }
    });
  });
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
