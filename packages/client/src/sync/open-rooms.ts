/** Which rooms are open: their rows are in memory, and are kept up to date with each event. */
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member } from "@pipit/protocol/models/room";
import { emptyRows, type RoomRows, type RoomState } from "../state/device-state.ts";
import type { OpenRoom } from "../state/open-room.ts";
import { valuesOf, withPrefix } from "../state/recorder.ts";
import { trimWindow } from "../state/room-rows.ts";
import { type Model, saveRoom, toRecord } from "../state/save-room.ts";
import type { ClientStore } from "../store/store.ts";

export type OpenRoomsParts = {
  model: Model;
  store: ClientStore;
  /** How many rooms that nobody looks at stay open. */
  maxIdleRooms: number;
  /** How many messages a window keeps when nobody looks at it any more. */
  windowSize: number;
  onOpened(room: OpenRoom): void;
  onClosed(roomId: string): void;
  onError(error: unknown): void;
};

export class OpenRooms {
  readonly #parts: OpenRoomsParts;
  /** By room id, how many look at it; in the order of last use. */
  readonly #uses = new Map<string, number>();
  readonly #opening = new Map<string, Promise<OpenRoom | undefined>>();

  constructor(parts: OpenRoomsParts) {
    this.#parts = parts;
  }

  find(roomId: string): OpenRoom | undefined {
    const room = this.#parts.model.state.rooms.get(roomId);
    return room?.rows ? (room as OpenRoom) : undefined;
  }

  list(): OpenRoom[] {
    return [...this.#uses.keys()].flatMap((roomId) => this.find(roomId) ?? []);
  }

  isUsed(roomId: string): boolean {
    return (this.#uses.get(roomId) ?? 0) > 0;
  }

  /** Keeps a room open until it is let go. */
  use(roomId: string): void {
    this.#touch(roomId, 1);
    this.#openUsed(roomId);
  }

  /** Opens what is looked at already: the rooms have just been read from the store. */
  begin(): void {
    for (const roomId of [...this.#uses.keys()]) if (this.isUsed(roomId)) this.#openUsed(roomId);
  }

  letGo(roomId: string): void {
    this.#touch(roomId, -1);
    this.trim(roomId);
    this.#closeIdle();
  }

  /** The room with its rows, as the store has them; undefined if there is no such room. */
  open(roomId: string): Promise<OpenRoom | undefined> {
    this.#touch(roomId, 0);
    const open = this.find(roomId);
    if (open) return Promise.resolve(open);
    const opening =
      this.#opening.get(roomId) ??
      this.#load(roomId).finally(() => {
        this.#opening.delete(roomId);
      });
    this.#opening.set(roomId, opening);
    return opening;
  }

  /** Drops what is far back in a window that nobody looks at. */
  trim(roomId: string): void {
    const room = this.find(roomId);
    const { model, windowSize } = this.#parts;
    if (room && !this.isUsed(roomId)) trimWindow(model, room, windowSize * 2, windowSize);
  }

  /** Forgets a room that is no longer there. */
  forget(roomId: string): void {
    if (!this.isUsed(roomId)) this.#uses.delete(roomId);
  }

  async #load(roomId: string): Promise<OpenRoom | undefined> {
    // What is still on its way to the store belongs to the rows that are read back.
    await this.#parts.model.recorder.flush();
    const rows = await readRows(this.#parts.store, roomId);
    const room = this.#parts.model.state.rooms.get(roomId);
    if (!room) return undefined;
    if (!room.rows) {
      // Nothing has been kept since: the rows in the store may be older than the cursor, or nowhere.
      if (this.#parts.model.recorder.hasStopped()) room.cursor = undefined;
      room.rows = room.cursor === undefined ? emptyRows() : onlyShown(rows, this.#parts.model, room.from);
      this.#parts.onOpened(room as OpenRoom);
      this.#closeIdle();
    }
    return room as OpenRoom;
  }

  #openUsed(roomId: string): void {
    this.open(roomId).catch(this.#parts.onError);
  }

  #touch(roomId: string, by: number): void {
    const uses = Math.max(0, (this.#uses.get(roomId) ?? 0) + by);
    this.#uses.delete(roomId);
    this.#uses.set(roomId, uses);
  }

  #closeIdle(): void {
    const idle = this.list().filter((room) => !this.isUsed(room.room.id));
    for (const room of idle.slice(0, Math.max(0, idle.length - this.#parts.maxIdleRooms))) this.#close(room);
  }

  #close(room: OpenRoom): void {
    const { model, onClosed } = this.#parts;
    const closed: RoomState = room;
    // What the rows said stays as the view; the outbox is laid over it wherever it is shown.
    Object.assign(closed, toRecord(model.state, room));
    closed.rows = undefined;
    saveRoom(model, closed);
    this.#uses.delete(room.room.id);
    onClosed(room.room.id);
  }
}

async function readRows(store: ClientStore, roomId: string): Promise<RoomRows> {
  const range = withPrefix(`${roomId}/`);
  const rows = emptyRows();
  rows.messages = valuesOf<Message>(await store.list("messages", range));
  for (const message of rows.messages) rows.sequences.set(message.id, message.sequence_number);
  for (const member of valuesOf<Member>(await store.list("members", range))) rows.members.set(member.user_id, member);
  for (const marks of valuesOf<Watermarks>(await store.list("watermarks", range)))
    rows.watermarks.set(marks.user_id, marks);
  return rows;
}

// Hidden while the room was closed; or from another tab that looks further back.
function onlyShown(rows: RoomRows, { state }: Model, from: number): RoomRows {
  const isShown = ({ id, sequence_number: sequence }: Message): boolean => !state.hidden.has(id) && sequence >= from;
  return { ...rows, messages: rows.messages.filter(isShown) };
}
