/**
 * One device of a run: it stays connected to some node, keeps its rooms complete by events and sync, sends what it is given
 * until that is acknowledged, and says how far it has received and read. It does what the SDK does, with less to keep.
 */
import type { Output } from "@pipit/protocol/operations";
import type { Outgoing } from "../history/book.ts";
import type { Random } from "../random.ts";
import type { Envelope } from "../wire/rest-client.ts";
import { backOff } from "./back-off.ts";
import { LightLink } from "./light-link.ts";
import { RoomView, type SyncPage } from "./room-view.ts";
import type { Outcome, SendHistory } from "./send-history.ts";

/** Events overtake each other by a little; what a moment brings by itself is not asked for. */
const patienceMs = 60;
const pageSize = 100;
const syncsAtOnce = 4;
/** How long a receipt waits for more: what it costs grows with the members who hear of it. */
const receiptMs = { least: 300, perMember: 150, most: 30_000 };
const readShare = 0.4;
/** Some never try again what went unanswered: it may be there or not. */
const abandonedShare = 0.05;
/** What waits to be sent while a client is away: more is not begun. */
const maxPending = 20;
/** Refusals that say nothing of what became of the request, or that pass. */
const passing: ReadonlySet<string> = new Set(["unavailable", "internal", "storage_full"]);

export const probePrefix = "probe ";

export type LightClientParts = {
  userId: string;
  urls: readonly string[];
  random: Random;
  history: SendHistory;
  /** Told of refusals that no fault explains. */
  onProblem(problem: string): void;
};

type Membership = { view: RoomView; members: number; marked: number; timer: NodeJS.Timeout | undefined };

export class LightClient {
  readonly userId: string;
  readonly link: LightLink;
  /** Sends of probes that were heard as they were made, not by a sync. */
  readonly heardProbes = new Set<string>();
  readonly #parts: LightClientParts;
  readonly #rooms = new Map<string, Membership>();
  readonly #syncing = new Map<string, Promise<boolean>>();
  #cursor: string | undefined;
  #pending = 0;
  #sends = 0;
  #requests = 0;
  #isMarking = true;
  #awaiting: (() => void)[] = [];
  #lastAcked: (Outgoing & { id: string }) | undefined;

  constructor(parts: LightClientParts) {
    this.#parts = parts;
    this.userId = parts.userId;
    this.link = new LightLink({
      ...parts,
      onEvent: (name, payload) => this.#take(name, payload),
      catchUp: () => this.syncAll(),
      onReady: () => this.#wake(),
    });
  }

  get roomIds(): string[] {
    return [...this.#rooms.keys()];
  }

  viewOf(roomId: string): RoomView | undefined {
    return this.#rooms.get(roomId)?.view;
  }

  /** Whether it is connected and up to date, and nothing of it is under way. */
  isSettled(): boolean {
    if (!this.link.isReady || this.#pending > 0 || this.#requests > 0 || this.#syncing.size > 0) return false;
    return [...this.#rooms.values()].every(({ view }) => !view.isBehind());
  }

  /** Why it is not settled, in words. */
  describe(): string {
    const behind = [...this.#rooms.values()].filter(({ view }) => view.isBehind()).length;
    const at = this.link.isReady ? "ready" : this.link.isOpen ? "syncing" : "not connected";
    return `${this.userId} is ${at} (node ${this.link.node}), ${this.#pending} sends unanswered, ${this.#requests} requests and ${this.#syncing.size} syncs under way, ${behind} rooms behind`;
  }

  /** Sends a message to a room and goes on until it is acknowledged. False when too much waits already. */
  send(roomId: string, content?: string): Outgoing | undefined {
    if (this.#pending >= maxPending && content === undefined) return undefined;
    this.#sends += 1;
    const text = content ?? `message ${this.#sends} of ${this.userId}`;
    const outgoing = { roomId, senderId: this.userId, clientMessageId: `${this.userId}-${this.#sends}`, content: text };
    const isStubborn = content !== undefined || this.#parts.random.next() >= abandonedShare;
    this.#pending += 1;
    void this.#deliver(outgoing, isStubborn).finally(() => {
      this.#pending -= 1;
    });
    return outgoing;
  }

  /** Edits the last message of its own. */
  async edit(): Promise<void> {
    const last = this.#takeLast();
    if (!last) return;
    const content = `${last.content}, in other words`;
    const end = this.#parts.history.invokeEdit(last, content);
    const answer = await this.#ask("message:edit", { message_id: last.id, content });
    end(this.#judge(answer, "an edit"));
    if (answer?.success) this.#take("message:edit:update", answer.data as Record<string, unknown>);
  }

  /** Deletes the last message of its own. */
  async delete(): Promise<void> {
    const last = this.#takeLast();
    if (!last) return;
    const end = this.#parts.history.invokeDeletion(last);
    const answer = await this.#ask("message:delete", { message_id: last.id, for: "everyone" });
    end(this.#judge(answer, "a deletion"));
    if (answer?.success) this.#take("", answer.data as Record<string, unknown>);
  }

  /** Reads a page of a room's history, which must have no hole. */
  async read(roomId: string): Promise<void> {
    const answer = await this.#ask("message:history", { room_id: roomId, limit: 30 });
    if (this.#judge(answer, "history") !== "ok" || !answer?.success) return;
    const page = answer.data as Output<"messages.list">;
    const first = page[0]?.sequence_number ?? 0;
    if (page.some((message, place) => message.sequence_number !== first + place)) {
      this.#parts.onProblem(`${this.userId} read a page of ${roomId} with a gap`);
    }
  }

  /** Asks what has changed in all rooms and brings it. False when that could not be done. */
  async syncAll(): Promise<boolean> {
    let failures = 0;
    while (this.link.isOpen) {
      const rooms = await this.#syncList();
      const isDone = rooms !== undefined && (await this.#syncRooms(rooms));
      if (isDone) return true;
      failures += 1;
      await this.link.pause(backOff(failures, this.#parts.random));
    }
    return false;
  }

  /** Says nothing more of what it has received. */
  stopMarking(): void {
    this.#isMarking = false;
    for (const room of this.#rooms.values()) clearTimeout(room.timer);
  }

  async close(): Promise<void> {
    this.stopMarking();
    await this.link.close();
    this.#wake();
  }

  #takeLast(): (Outgoing & { id: string }) | undefined {
    const last = this.#lastAcked;
    this.#lastAcked = undefined;
    return last;
  }

  async #deliver(outgoing: Outgoing, isStubborn: boolean): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      await this.#untilReady();
      if (this.link.signal.aborted) return;
      const outcome = await this.#attempt(outgoing);
      if (outcome === "ok" || !isStubborn) return;
      if (this.link.isReady) await this.link.pause(backOff(failures, this.#parts.random));
    }
  }

  async #attempt(outgoing: Outgoing): Promise<Outcome> {
    const { roomId, clientMessageId, content } = outgoing;
    const end = this.#parts.history.invoke(outgoing);
    const answer = await this.link.ask("message:send", {
      room_id: roomId,
      content,
      client_message_id: clientMessageId,
    });
    const outcome = this.#judge(answer, "a send");
    if (outcome !== "ok" || !answer?.success) {
      end(outcome === "fail" ? "fail" : "unknown");
      return outcome;
    }
    const message = answer.data as Output<"messages.send">;
    end({ ok: { id: message.id, sequence: message.sequence_number, duplicate: message.duplicate } });
    this.#take("message:receive", message);
    this.#lastAcked = { ...outgoing, id: message.id };
    return "ok";
  }

  #judge(answer: Envelope | undefined, what: string): Outcome {
    if (!answer) return "unknown";
    if (answer.success) return "ok";
    if (passing.has(answer.code)) return "unknown";
    if (answer.code !== "rate_limited") {
      this.#parts.onProblem(`${what} of ${this.userId} was refused: ${answer.code}, ${answer.error}`);
    }
    return "fail";
  }

  async #ask(event: string, payload: object): Promise<Envelope | undefined> {
    this.#requests += 1;
    try {
      return await this.link.ask(event, payload);
    } finally {
      this.#requests -= 1;
    }
  }

  #untilReady(): Promise<void> {
    if (this.link.isReady || this.link.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#awaiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#awaiting.splice(0)) resolve();
  }

  #take(name: string, payload: Record<string, unknown>): void {
    if (name === "sync:required") {
      void this.link.pause(Number(payload.retry_after_ms ?? 0)).then(() => this.syncAll());
      return;
    }
    const { room_id: roomId, change, content, client_message_id: sendId } = payload;
    if (name === "message:receive" && payload.sender_id !== this.userId && String(content).startsWith(probePrefix)) {
      this.heardProbes.add(String(sendId));
    }
    if (typeof roomId !== "string" || typeof change !== "number") return;
    const room = this.#roomOf(roomId, Number(payload.member_count ?? 0));
    if (room.view.take(name, payload, change) === "gap") this.#syncSoon(room, patienceMs);
    this.#markSoon(room);
  }

  #roomOf(roomId: string, members: number): Membership {
    const room = this.#rooms.get(roomId) ?? { view: new RoomView(roomId), members: 2, marked: 0, timer: undefined };
    this.#rooms.set(roomId, room);
    room.members = Math.max(room.members, members);
    return room;
  }

  /** Pages of the list of rooms since the last time. */
  async #syncList(): Promise<Membership[] | undefined> {
    const found: Membership[] = [];
    for (;;) {
      const answer = await this.link.ask("chats:sync", { cursor: this.#cursor, limit: pageSize });
      if (this.#judge(answer, "chats:sync") !== "ok" || !answer?.success) return undefined;
      const page = answer.data as Output<"sync.chats">;
      for (const { id, member_count, last_change } of page.rooms) {
        const room = this.#roomOf(id, member_count);
        room.view.wanted = Math.max(room.view.wanted, last_change);
        found.push(room);
      }
      this.#cursor = page.cursor;
      if (!page.has_more) return found;
    }
  }

  // Rooms that a sync has failed for stay behind, whatever the list says of them the next time.
  async #syncRooms(listed: readonly Membership[]): Promise<boolean> {
    const due = new Set([...listed, ...this.#rooms.values()].filter(({ view }) => view.isBehind())).values();
    let isDone = true;
    const work = async (): Promise<void> => {
      for (const { view } of due) if (!(await this.#sync(view))) isDone = false;
    };
    await Promise.all(Array.from({ length: syncsAtOnce }, work));
    return isDone;
  }

  #syncSoon(room: Membership, ms: number): void {
    const { view } = room;
    // On connecting, all that is behind is brought.
    if (!this.link.isOpen || this.#syncing.has(view.roomId)) return;
    const soon = this.link.pause(ms).then(() => !view.isBehind() || this.#sync(view, true));
    this.#syncing.set(view.roomId, soon);
    void soon.then((isDone) => {
      if (this.#syncing.get(view.roomId) === soon) this.#syncing.delete(view.roomId);
      if (view.isBehind()) this.#syncSoon(room, isDone ? patienceMs : backOff(2, this.#parts.random));
      else this.#markSoon(room);
    });
  }

  /** Brings a room up to date; one at a time. */
  #sync(view: RoomView, isNext = false): Promise<boolean> {
    const running = this.#syncing.get(view.roomId);
    if (running && !isNext) return running;
    const own = this.#readPages(view);
    if (isNext) return own;
    this.#syncing.set(view.roomId, own);
    return own.finally(() => {
      if (this.#syncing.get(view.roomId) === own) this.#syncing.delete(view.roomId);
    });
  }

  async #readPages(view: RoomView): Promise<boolean> {
    view.isSyncing = true;
    try {
      for (;;) {
        const input = { room_id: view.roomId, since_change: view.cursor, limit: pageSize };
        const answer = await this.link.ask("messages:sync", input);
        if (this.#judge(answer, "messages:sync") !== "ok" || !answer?.success) return false;
        const page = answer.data as SyncPage;
        view.takePage(page);
        if (!page.has_more) return true;
      }
    } finally {
      view.endSync();
      const room = this.#rooms.get(view.roomId);
      if (room) this.#markSoon(room);
    }
  }

  #markSoon(room: Membership): void {
    const { view, members } = room;
    if (!this.#isMarking || room.timer !== undefined || view.lastSequence() <= room.marked) return;
    const spread = Math.min(receiptMs.most, members * receiptMs.perMember) * this.#parts.random.next();
    room.timer = setTimeout(() => {
      room.timer = undefined;
      void this.#mark(room);
    }, receiptMs.least + spread);
  }

  async #mark(room: Membership): Promise<void> {
    const upTo = room.view.lastSequence();
    if (!this.#isMarking || !this.link.isReady || upTo <= room.marked) return;
    const isRead = this.#parts.random.next() < readShare;
    const input = { room_id: room.view.roomId, up_to_sequence: upTo };
    const answer = await this.#ask(isRead ? "message:seen" : "message:delivered", input);
    if (this.#judge(answer, "a receipt") === "ok" && answer?.success) {
      room.marked = upTo;
      const told = answer.data as Output<"receipts.markSeen">;
      const name = isRead ? "message:seen:update" : "message:delivered:update";
      const reached = isRead ? told.read_sequence : told.delivered_sequence;
      if (told.is_changed) this.#take(name, { ...told, up_to_sequence: reached });
    }
    this.#markSoon(room);
  }
}
