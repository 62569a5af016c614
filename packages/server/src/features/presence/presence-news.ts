/** Tells sockets of this node that subscribed to a user when what they may know of that user has become another. */
import type { Presence } from "@pipit/protocol/models/presence";
import { z } from "zod";
import type { Services } from "../../context.ts";
import type { UserKey } from "../../ports/audiences/audiences.ts";
import type { PresenceChange } from "../../ports/presence/presence.ts";
import type { Timers } from "../../timers.ts";
import { findViews } from "./find-views.ts";
import { LastSeen } from "./last-seen.ts";
import { type Subscription, type Subscriptions, toKey } from "./subscriptions.ts";

export type NewsParts = Pick<Services, "db" | "clock" | "presence" | "audiences" | "bus" | "log">;

/** Where nodes tell each other of whom there is news. */
export const newsTopic = "presence";

const usersSchema = z.array(z.object({ tenantId: z.string(), userId: z.string() }));
const newsSchema = z.object({ changed: usersSchema, sighted: usersSchema });

/** Subscriptions that are looked at in one query. */
const maxLooks = 2_000;
const retrySeconds = 5;
const noteSeconds = 180;

/**
 * One round at a time: what changes while a round runs is looked at in the next one, so that an older answer never comes
 * after a newer. Each round asks anew what each may know: a change of privacy, or the end of the last room that two users
 * shared, counts from the next telling on. Who sees no difference is told nothing, since that something is told says that
 * something happened.
 */
export class PresenceNews {
  readonly #parts: NewsParts;
  readonly #subscriptions: Subscriptions;
  readonly #timers: Timers;
  readonly #lastSeen: LastSeen;
  readonly #changed = new Map<string, UserKey>();
  readonly #sighted = new Map<string, UserKey>();
  /** What other nodes have yet to be told. */
  readonly #changedForOthers = new Map<string, UserKey>();
  readonly #sightedForOthers = new Map<string, UserKey>();
  #round: Promise<void> | undefined;
  #noting: Promise<void> = Promise.resolve();
  /** The last round failed: the next one waits. */
  #isPutOff = false;
  #isClosed = false;

  constructor(parts: NewsParts, subscriptions: Subscriptions, timers: Timers) {
    this.#parts = parts;
    this.#subscriptions = subscriptions;
    this.#timers = timers;
    this.#lastSeen = new LastSeen(parts);
    this.#noteLater();
  }

  /** A user came or went. */
  take(change: PresenceChange): void {
    this.#lastSeen.take(change);
    this.changed(change.user);
  }

  /** The last socket that a user had on this node has gone. */
  left(user: UserKey): void {
    this.#lastSeen.left(user);
  }

  /** What there is to know of a user, or who may know it, has changed. */
  changed(user: UserKey): void {
    this.#changedForOthers.set(toKey(user), user);
    this.#noteChanged(user);
    this.#wake();
  }

  /** What a user may know of others has changed. */
  sightChanged(user: UserKey): void {
    this.#sightedForOthers.set(toKey(user), user);
    this.#noteSighted(user);
    this.#wake();
  }

  /** Another node has news. */
  hear(body: string): void {
    const { changed, sighted } = newsSchema.parse(JSON.parse(body));
    for (const user of changed) this.#noteChanged(user);
    for (const user of sighted) this.#noteSighted(user);
    this.#wake();
  }

  /** Something may have been missed: all that anybody subscribed to is looked at. */
  changedAll(): void {
    for (const user of this.#subscriptions.users()) this.#noteSighted(user);
    this.#wake();
  }

  /** Ends it, once all that there is to write has been written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#round;
    await this.#noting;
    try {
      await this.#lastSeen.close();
    } catch (error) {
      this.#parts.log.error({ err: error }, "when users were last seen could not be written");
    }
  }

  #noteChanged(user: UserKey): void {
    if (this.#subscriptions.listOf(user).length > 0) this.#changed.set(toKey(user), user);
  }

  #noteSighted(user: UserKey): void {
    if (this.#subscriptions.listBy(user).length > 0) this.#sighted.set(toKey(user), user);
  }

  #wake(): void {
    if (!this.#isClosed && !this.#isPutOff) this.#round ??= this.#run();
  }

  async #run(): Promise<void> {
    // Not at once: what changes in the same tick is one round.
    await Promise.resolve();
    try {
      while (this.#hasWork()) {
        await this.#lastSeen.save();
        this.#tellOthers();
        await this.#tellAll(this.#takeDue());
      }
    } catch (error) {
      this.#parts.log.warn({ err: error }, "presence could not be told; it will be tried again");
      this.#isPutOff = true;
      this.#timers.after(retrySeconds, () => {
        this.#isPutOff = false;
        this.#wake();
      });
    } finally {
      // Here, and not once the promise is settled: what changed in between would wait for the next change.
      this.#round = undefined;
    }
  }

  #hasWork(): boolean {
    const queues = [this.#changed, this.#sighted, this.#changedForOthers, this.#sightedForOthers];
    return this.#lastSeen.hasWork() || queues.some((queue) => queue.size > 0);
  }

  // Once it is written: they look in the database.
  #tellOthers(): void {
    const [changed, sighted] = [this.#changedForOthers, this.#sightedForOthers].map((queue) => {
      const users = [...queue.values()].map(({ tenantId, userId }) => ({ tenantId, userId }));
      queue.clear();
      return users;
    });
    if (changed?.length || sighted?.length) this.#parts.bus.publish(newsTopic, JSON.stringify({ changed, sighted }));
  }

  #takeDue(): Subscription[] {
    const due = new Set<Subscription>();
    for (const user of this.#changed.values()) for (const wish of this.#subscriptions.listOf(user)) due.add(wish);
    for (const user of this.#sighted.values()) for (const wish of this.#subscriptions.listBy(user)) due.add(wish);
    this.#changed.clear();
    this.#sighted.clear();
    return [...due];
  }

  async #tellAll(due: readonly Subscription[]): Promise<void> {
    for (let start = 0; start < due.length; start += maxLooks) {
      try {
        await this.#tell(due.slice(start, start + maxLooks));
      } catch (error) {
        for (const { target } of due.slice(start)) this.#changed.set(toKey(target), target);
        throw error;
      }
    }
  }

  async #tell(due: readonly Subscription[]): Promise<void> {
    const pairs = new Map(due.map((wish) => [toPairKey(wish), { ...wish.target, viewerId: wish.viewer.userId }]));
    const found = await findViews(this.#parts, [...pairs.values()]);
    const views = new Map(found.map(({ view, ...pair }) => [`${pair.viewerId}/${toKey(pair)}`, view]));
    for (const wish of due) {
      const view = views.get(toPairKey(wish));
      if (!view || !this.#subscriptions.isCurrent(wish) || isSame(view, wish.told)) continue;
      const isAnswered = wish.told !== undefined;
      wish.told = view;
      // Without an answer yet, the answer tells it.
      if (isAnswered) this.#parts.audiences.toSocket(wish.socketId, "user:presence_update", view);
    }
  }

  #noteLater(): void {
    this.#timers.after(noteSeconds, () => {
      if (this.#isClosed) return;
      this.#noting = this.#note();
      this.#noteLater();
    });
  }

  async #note(): Promise<void> {
    try {
      await this.#lastSeen.note(this.#subscriptions.users());
    } catch (error) {
      this.#parts.log.warn({ err: error }, "who is online could not be noted");
    }
  }
}

// Ids have no slash.
function toPairKey({ viewer, target }: Subscription): string {
  return `${viewer.userId}/${toKey(target)}`;
}

function isSame(view: Presence, told: Presence | undefined): boolean {
  return (
    told !== undefined &&
    view.is_online === told.is_online &&
    view.last_seen === told.last_seen &&
    view.status_message === told.status_message
  );
}
