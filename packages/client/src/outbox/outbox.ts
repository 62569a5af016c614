/** The outbox: what a person does is stored first, then told to the server, one at a time in each room, until it is known. */

import { backOff } from "../connection/back-off.ts";
import type { Environment, Timer } from "../environment.ts";
import { abortedError, type PipitError, toPipitError } from "../errors.ts";
import { createQuery, type Query, type Topics } from "../state/query.ts";
import { valuesOf } from "../state/recorder.ts";
import type { ClientStore, Write } from "../store/store.ts";
import { faults } from "./faults.ts";
import { type OutboxAction, type OutboxItem, outboxKey, type Target } from "./outbox-item.ts";

export type OutboxParts = {
  store: ClientStore;
  env: Environment;
  topics: Topics;
  newId(): string;
  /** @returns of a send, the id of the message */
  run(item: OutboxItem): Promise<string | undefined>;
  /** Ends what goes on for an item that is discarded. */
  onDiscard(item: OutboxItem): void;
  /** Tells the other tabs that the outbox is another. */
  announce(): void;
  onError(error: unknown): void;
};

/** A fault of the server's is tried again for a while, not for ever: it would hold up the room. */
const maxFaults = 8;
/** What is being stored while its target is sent hangs on one of the last few. */
const maxSent = 100;
const faultMs = 5_000;

/** A room's queue: the item that is being told, or when the next try is. */
type Lane = { runningId: string | undefined; timer: Timer };

export class Outbox {
  readonly items: Query<readonly OutboxItem[]>;
  readonly #parts: OutboxParts;
  /** In their order. */
  #items: readonly OutboxItem[] = [];
  readonly #lanes = new Map<string, Lane>();
  #isRunner = false;
  #isOnline = false;
  #isOver = false;
  #lastOrder = 0;
  #changes = 0;
  /** Items that were added here and have not been tried: nobody else can know of them. */
  readonly #untried = new Set<string>();
  /** Items that are not tried just now, because they are being changed. */
  readonly #held = new Set<string>();
  /** The messages that sends came to, by their client ids: what was added meanwhile may hang on them still. */
  readonly #sent = new Map<string, string>();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.items = createQuery(parts.topics, ["outbox"], () => this.#items);
  }

  /** What waits for a room, in its order. */
  listFor(roomId: string): readonly OutboxItem[] {
    return this.#items.filter((item) => item.roomId === roomId);
  }

  /** Reads what the store has: at the start, and when another tab has changed it. */
  async load(): Promise<void> {
    let stored: OutboxItem[];
    let changes: number;
    do {
      changes = this.#changes;
      stored = valuesOf<OutboxItem>(await this.#parts.store.list("outbox"));
      // What was changed meanwhile may be missing in it.
    } while (changes !== this.#changes);
    // What goes on for it here must not end in telling it, when another tab has discarded it.
    for (const item of this.#items)
      if (this.#isRunning(item) && !stored.some((one) => one.id === item.id)) this.#parts.onDiscard(item);
    this.#become(stored);
    this.#runAll();
  }

  /** From now on this is the tab that runs the items; of all that share a store there is one. */
  becomeRunner(): void {
    this.#isRunner = true;
    this.#runAll();
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    if (isOnline) this.#runAll();
  }

  stop(): void {
    this.#isOver = true;
    for (const lane of this.#lanes.values()) this.#parts.env.clearTimeout(lane.timer);
  }

  /** Stores an action, to be told soon. Resolves when it is stored. @throws what the store throws */
  async add(roomId: string, action: OutboxAction, id: string = this.#parts.newId()): Promise<OutboxItem> {
    const parent = this.#findParent(action);
    const item: OutboxItem = {
      id,
      roomId,
      order: this.#nextOrder(),
      action,
      // What hangs on something that has failed has failed with it.
      state: parent?.state ?? "waiting",
      attempts: 0,
      error: parent?.error,
      createdAt: new Date(this.#parts.env.now()).toISOString(),
    };
    this.#untried.add(id);
    await this.#change([item], this.#findReplaced(item));
    await this.#free(item);
    this.#run(roomId);
    return item;
  }

  /** Tries an item that has failed again, and what failed with it. */
  async retry(id: string): Promise<void> {
    const item = this.#find(id);
    if (item?.state !== "failed") return;
    const parent = this.#findParent(item.action);
    if (parent?.state === "failed") return this.retry(parent.id);
    await this.#change([item, ...this.#findAllHanging(id)].map(toWaiting), []);
    this.#run(item.roomId);
  }

  /** Gives an item up, and what hangs on it. It may have come through already, if it was being told. */
  async discard(id: string): Promise<void> {
    const item = this.#find(id);
    if (!item) return;
    const hanging = this.#findHanging(id);
    const replies = hanging.filter((one) => one.action.kind === "send");
    const others = hanging.filter((one) => one.action.kind !== "send");
    this.#parts.onDiscard(item);
    // A message that replied to it is still meant to be said.
    const freed = replies.map((one) => toWaiting({ ...one, action: withTarget(one.action, undefined) }));
    const revived = replies.flatMap((one) => this.#findAllHanging(one.id)).map(toWaiting);
    await this.#change([...freed, ...revived], [item, ...others]);
    this.#run(item.roomId);
  }

  /** Puts another action in the place of one that has not been tried. @returns false if it is too late */
  amend(id: string, change: (action: OutboxAction) => OutboxAction): Promise<boolean> {
    return this.#hold(id, (item) => this.#change([{ ...item, action: change(item.action) }], []));
  }

  /** Gives up a send that has failed or has not been tried. @returns false if it may have come through */
  async withdraw(id: string): Promise<boolean> {
    if (this.#find(id)?.state !== "failed") return this.#hold(id, () => this.discard(id));
    await this.discard(id);
    return true;
  }

  // The same client id with another body is refused: what has been tried may be there though no answer came.
  async #hold(id: string, work: (item: OutboxItem) => Promise<void>): Promise<boolean> {
    const item = this.#find(id);
    if (!item || !this.#isRunner || !this.#untried.has(id)) return false;
    this.#held.add(id);
    try {
      await work(item);
    } finally {
      this.#held.delete(id);
      this.#run(item.roomId);
    }
    return true;
  }

  /** Stores how far an item has come, while it runs. */
  async note(id: string, change: (action: OutboxAction) => OutboxAction): Promise<void> {
    const item = this.#find(id);
    if (item) await this.#change([{ ...item, action: change(item.action) }], []);
  }

  // Of several marks or settings that wait, the newest says it all.
  #findReplaced(item: OutboxItem): OutboxItem[] {
    const { kind } = item.action;
    const isAlike = (one: OutboxItem): boolean =>
      one.roomId === item.roomId && one.action.kind === kind && !this.#isRunning(one);
    if (kind === "read") return this.#items.filter(isAlike);
    if (kind !== "preferences") return [];
    const given = Object.keys(item.action.changes);
    return this.#items.filter(
      (one) =>
        isAlike(one) &&
        one.action.kind === "preferences" &&
        Object.keys(one.action.changes).every((name) => given.includes(name)),
    );
  }

  #isRunning(item: OutboxItem): boolean {
    return this.#lanes.get(item.roomId)?.runningId === item.id;
  }

  #findHanging(id: string): OutboxItem[] {
    return this.#items.filter((one) => hangsOn(one.action) === id);
  }

  /** What hangs on an item, and what hangs on that. */
  #findAllHanging(id: string): OutboxItem[] {
    return this.#findHanging(id).flatMap((one) => [one, ...this.#findAllHanging(one.id)]);
  }

  #find(id: string | undefined): OutboxItem | undefined {
    return this.#items.find((one) => one.id === id);
  }

  #findParent(action: OutboxAction): OutboxItem | undefined {
    return this.#find(hangsOn(action));
  }

  /** What an item hangs on may have come through, or been given up, while the item was being stored. */
  async #free(item: OutboxItem): Promise<void> {
    const id = hangsOn(item.action);
    if (id === undefined || this.#findParent(item.action)) return;
    const target = toTarget(this.#sent.get(id));
    if (target || item.action.kind === "send")
      await this.#change([{ ...item, action: withTarget(item.action, target) }], []);
    else await this.#change([], [item]);
  }

  /** The first that can be told: what failed, and what hangs on it, lets the others pass. */
  #findNext(roomId: string): OutboxItem | undefined {
    return this.#items.find(
      (item) => item.roomId === roomId && item.state === "waiting" && hangsOn(item.action) === undefined,
    );
  }

  #runAll(): void {
    for (const roomId of new Set(this.#items.map((item) => item.roomId))) this.#run(roomId);
  }

  #run(roomId: string): void {
    if (!this.#isRunner || !this.#isOnline || this.#isOver) return;
    const lane = this.#lanes.get(roomId) ?? { runningId: undefined, timer: undefined };
    this.#lanes.set(roomId, lane);
    const item = this.#findNext(roomId);
    if (lane.runningId !== undefined || !item || this.#held.has(item.id)) return;
    this.#parts.env.clearTimeout(lane.timer);
    lane.runningId = item.id;
    this.#untried.delete(item.id);
    this.#attempt(item)
      .catch((error) => {
        this.#parts.onError(error);
        return faultMs;
      })
      .then((waitMs) => {
        lane.runningId = undefined;
        if (waitMs !== undefined) lane.timer = this.#parts.env.setTimeout(() => this.#run(roomId), waitMs);
        else this.#run(roomId);
      })
      .catch(this.#parts.onError);
  }

  /** @returns how long to wait before the room goes on; undefined: not at all */
  async #attempt(item: OutboxItem): Promise<number | undefined> {
    let messageId: string | undefined;
    try {
      messageId = await this.#parts.run(item);
    } catch (error) {
      return this.#fail(item, toPipitError(error));
    }
    await this.#finish(item, messageId);
    return undefined;
  }

  async #finish(item: OutboxItem, messageId: string | undefined): Promise<void> {
    const target = toTarget(messageId);
    if (messageId !== undefined) this.#noteSent(item.id, messageId);
    const freed = this.#findHanging(item.id).map((one) => ({ ...one, action: withTarget(one.action, target) }));
    await this.#settle(freed, [item]);
  }

  #noteSent(id: string, messageId: string): void {
    this.#sent.set(id, messageId);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > maxSent && oldest !== undefined) this.#sent.delete(oldest);
  }

  async #fail(item: OutboxItem, error: PipitError): Promise<number | undefined> {
    const now = this.#find(item.id);
    if (!now || this.#isOver) return undefined;
    const attempts = now.attempts + 1;
    const isFault = faults.has(error.code);
    // A call that was given up, or has no token for the moment, is no fault of the item's.
    const mayTry = error.retryable || error.code === "aborted" || error.code === "unauthenticated";
    if (mayTry && !(isFault && attempts >= maxFaults)) {
      if (isFault) await this.#settle([{ ...now, attempts }], []);
      return error.retryAfterMs ?? backOff(Math.min(attempts, 6), this.#parts.env.random);
    }
    // There is nothing that a person could do about a mark that was refused.
    if (now.action.kind === "read") {
      this.#parts.onError(error);
      await this.#settle([], [now]);
      return undefined;
    }
    const failed = { state: "failed" as const, error: { code: error.code, message: error.message } };
    const hanging = this.#findAllHanging(now.id).map((one) => ({ ...one, ...failed }));
    await this.#settle([{ ...now, ...failed, attempts }, ...hanging], []);
    return undefined;
  }

  /** What the server has said counts though the store refuses it: told once more after a restart, it changes nothing. */
  async #settle(puts: readonly OutboxItem[], deletes: readonly OutboxItem[]): Promise<void> {
    try {
      await this.#change(puts, deletes);
    } catch (error) {
      this.#parts.onError(error);
      this.#replace(puts, deletes);
    }
  }

  /** In memory once it is in the store: what a person sees as waiting survives. */
  async #change(puts: readonly OutboxItem[], deletes: readonly OutboxItem[]): Promise<void> {
    // A store that was emptied by a log-out stays empty.
    if (this.#isOver) throw abortedError();
    const writes: Write[] = [
      ...deletes.map((item) => ({ table: "outbox" as const, key: outboxKey(item) })),
      ...puts.map((item) => ({ table: "outbox" as const, key: outboxKey(item), value: item })),
    ];
    await this.#parts.store.update(["outbox"], async () => ({ writes }));
    this.#replace(puts, deletes);
    this.#parts.announce();
  }

  #replace(puts: readonly OutboxItem[], deletes: readonly OutboxItem[]): void {
    this.#changes += 1;
    const gone = new Set([...deletes, ...puts].map((item) => item.order));
    this.#become([...this.#items.filter((item) => !gone.has(item.order)), ...puts]);
  }

  #become(items: readonly OutboxItem[]): void {
    const touched = new Set([...this.#items, ...items].map((item) => item.roomId));
    this.#items = [...items].sort((a, b) => (a.order < b.order ? -1 : 1));
    for (const roomId of touched) this.#parts.topics.touch(`room:${roomId}`);
    this.#parts.topics.touch("outbox", "rooms");
  }

  // By time, so that two tabs come in turn; never twice the same, nor backwards when the clock is.
  #nextOrder(): string {
    this.#lastOrder = Math.max(this.#parts.env.now() * 1000, this.#lastOrder + 1, lastOrderOf(this.#items) + 1);
    return `${String(this.#lastOrder).padStart(20, "0")}-${this.#parts.newId().slice(0, 8)}`;
  }
}

function toWaiting(item: OutboxItem): OutboxItem {
  return { ...item, state: "waiting", attempts: 0, error: undefined };
}

function lastOrderOf(items: readonly OutboxItem[]): number {
  return Number(items.at(-1)?.order.slice(0, 20) ?? 0);
}

/** The client id of the message that an action is about, while that is itself still in the outbox. */
function hangsOn(action: OutboxAction): string | undefined {
  const target = action.kind === "send" ? action.replyTo : "target" in action ? action.target : undefined;
  return target && "clientMessageId" in target ? target.clientMessageId : undefined;
}

function toTarget(messageId: string | undefined): Target | undefined {
  return messageId === undefined ? undefined : { messageId };
}

function withTarget(action: OutboxAction, target: Target | undefined): OutboxAction {
  if (action.kind === "send") return { ...action, replyTo: target };
  return target && "target" in action ? { ...action, target } : action;
}
