/** Keeps Redis' presence and what this node knows in step: writes, heartbeats, what falls due, and nodes that died. */
import type { Redis } from "ioredis";
import type { Clock } from "../../clock.ts";
import type { Timers } from "../../timers.ts";
import type { OwnUser, OwnUsers } from "./own-users.ts";
import type { PresenceChange } from "./presence.ts";
import { PresenceRecords, type PutResult, presenceTimes } from "./presence-records.ts";

export type LinkParts = {
  redis: Redis;
  clock: Clock;
  timers: Timers;
  nodeId: string;
  /** Told of the first failure of several; and not of those that come of a connection that is gone. */
  onError(error: unknown): void;
};

const beatSeconds = 5;
const restoreMs = 3_600_000;
const batchSize = 100;

/**
 * What this node knows is written whole, user by user, so that a write can be repeated: what fails is written after the
 * next heartbeat. Nothing here rejects.
 */
export class PresenceLink {
  readonly #parts: LinkParts;
  readonly #own: OwnUsers;
  readonly #tell: (change: PresenceChange) => void;
  readonly #records: PresenceRecords;
  readonly #onReady = (): void => void this.#beat();
  #tokens = 0;
  /** The last heartbeat that Redis took, and its epoch then. */
  #last: { epoch: string; at: number } | undefined;
  #beating: Promise<void> | undefined;
  #restoredAt = Number.NEGATIVE_INFINITY;
  #sweepsFrom = 0;
  #isSweeping = false;
  #popDueAt = Number.POSITIVE_INFINITY;
  #popToken: string;
  #popping: Promise<void> = Promise.resolve();
  #calmPop: () => void = () => {};
  #calmBeat: () => void = () => {};
  #isFailing = false;
  #isClosed = false;

  constructor(parts: LinkParts, own: OwnUsers, tell: (change: PresenceChange) => void) {
    this.#parts = parts;
    this.#own = own;
    this.#tell = tell;
    this.#records = new PresenceRecords(parts.redis, parts.nodeId);
    this.#popToken = this.createToken();
    parts.redis.on("ready", this.#onReady);
    void this.#beat();
    this.#beatLater();
  }

  /** A name that no other call has. */
  createToken(): string {
    this.#tokens += 1;
    return `${this.#parts.nodeId}-${this.#tokens}`;
  }

  /** Reads from Redis. @returns undefined where that fails */
  async read<Result>(ask: (records: PresenceRecords) => Promise<Result>): Promise<Result | undefined> {
    if (!this.#isThere()) return undefined;
    try {
      return await ask(this.#records);
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  /** Writes what is known of a user: now if that can be, else once Redis is back. */
  async save(own: OwnUser): Promise<void> {
    own.isDirty = true;
    if (!this.#isThere()) return;
    own.telling ??= this.#write(own);
    await own.telling;
  }

  /** Forgets this node's sockets, as those of a node that died. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    const isThere = this.#isThere();
    this.#isClosed = true;
    this.#calmBeat();
    this.#calmPop();
    this.#parts.redis.off("ready", this.#onReady);
    if (isThere) await this.#sweep(this.#parts.nodeId, this.#now());
  }

  async #write(own: OwnUser): Promise<void> {
    let tries = 2;
    try {
      while (own.isDirty && tries > 0) {
        if (!this.#last) await this.#beat();
        if (!this.#last) return;
        const state = await this.#put(own, this.#last.epoch);
        if (state === "pending") break;
        if (state !== "unknown") continue;
        tries -= 1;
        await this.#beat();
      }
    } catch (error) {
      own.isDirty = true;
      this.#note(error);
    } finally {
      // Here, and not once the promise is settled: what changed in between would wait for the next change.
      own.telling = undefined;
      this.#own.forgetGone(this.#now());
    }
  }

  async #put(own: OwnUser, epoch: string): Promise<PutResult["state"]> {
    const now = this.#now();
    const { member, sockets, wentAt, knownIn, token } = own;
    own.isDirty = false;
    const { state, dueAt } = await this.#records.put({ member, sockets, wentAt, epoch, knownIn, token, now });
    if (state === "came") this.#tell({ user: own.user, isOnline: true, at: new Date(now) });
    // What is pending is written again with the next heartbeat: only then is it known to have been told.
    if (state === "pending" || state === "unknown") own.isDirty = true;
    else own.knownIn = epoch;
    if (state !== "unknown") own.token = this.createToken();
    own.dueAt = dueAt;
    if (dueAt > 0) this.#popAt(dueAt);
    return state;
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce();
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const now = this.#now();
    const last = this.#last;
    const beat = await this.read((records) => records.beat(now, last?.epoch, this.createToken()));
    this.#beating = undefined;
    if (!beat || this.#isClosed) return;
    this.#isFailing = false;
    this.#last = { epoch: beat.epoch, at: now };
    // Who was silent itself, or finds Redis back, can't hold the silence of others against them.
    if (!last || now - last.at > presenceTimes.lease / 2) this.#sweepsFrom = now + presenceTimes.lease;
    // What was due has been told by somebody, or is about to be.
    if (beat.epoch === last?.epoch) this.#own.forgetGone(now);
    if (beat.epoch !== last?.epoch || !beat.isKnown || now - this.#restoredAt > restoreMs) this.#restore(now);
    void this.#saveDirty();
    if (beat.dueAt > 0) this.#popAt(beat.dueAt);
    if (now >= this.#sweepsFrom) void this.#sweepDead(beat.deadNodes, now);
  }

  #beatLater(): void {
    this.#calmBeat = this.#parts.timers.after(beatSeconds, async () => {
      await this.#beat();
      if (!this.#isClosed) this.#beatLater();
    });
  }

  // All that is known is written anew; now and then in any case, lest it expire.
  #restore(now: number): void {
    this.#restoredAt = now;
    for (const own of this.#own.list()) own.isDirty = true;
  }

  async #saveDirty(): Promise<void> {
    const dirty = this.#own.list().filter((own) => own.isDirty);
    for (let start = 0; start < dirty.length; start += batchSize) {
      await Promise.all(dirty.slice(start, start + batchSize).map((own) => this.save(own)));
    }
  }

  async #sweepDead(nodeIds: readonly string[], now: number): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    for (const nodeId of nodeIds) await this.#sweep(nodeId, now - presenceTimes.lease);
    this.#isSweeping = false;
    if (nodeIds.length > 0) this.#popAt(now + presenceTimes.grace);
  }

  async #sweep(nodeId: string, before: number): Promise<void> {
    try {
      while (await this.#records.sweep(nodeId, before, this.#now()));
    } catch (error) {
      this.#note(error);
    }
  }

  /** Takes and tells what is due by then. */
  #popAt(dueAt: number): void {
    if (this.#isClosed || dueAt >= this.#popDueAt) return;
    this.#calmPop();
    this.#popDueAt = dueAt;
    const seconds = (dueAt - this.#now()) / 1000;
    if (seconds <= 0) this.#popSoon(dueAt);
    else this.#calmPop = this.#parts.timers.after(seconds, () => this.#popSoon(dueAt));
  }

  // One at a time: a call that is sent again gets the answer of the first.
  #popSoon(dueAt: number): void {
    this.#popDueAt = Number.POSITIVE_INFINITY;
    // A timer may be early by a part of a millisecond.
    const now = Math.max(dueAt, this.#now());
    this.#popping = this.#popping.then(() => this.#pop(now));
  }

  // Where it fails, the next heartbeat says that something is due.
  async #pop(now: number): Promise<void> {
    if (this.#isClosed || !this.#isThere()) return;
    try {
      const { changes, dueAt } = await this.#records.pop(now, this.#popToken);
      this.#popToken = this.createToken();
      for (const change of changes) this.#tell(change);
      if (dueAt === 0 || dueAt > now) this.#own.forgetGone(now);
      if (dueAt > 0) this.#popAt(dueAt);
    } catch (error) {
      this.#note(error);
    }
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }

  #isThere(): boolean {
    return !this.#isClosed && this.#parts.redis.status === "ready";
  }

  #note(error: unknown): void {
    if (this.#isFailing || !this.#isThere()) return;
    this.#isFailing = true;
    this.#parts.onError(error);
  }
}
