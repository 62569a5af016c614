/** One simulated device: an app on the SDK that is opened, killed, reloaded and logged out. */

import type { ClientStore } from "../../src/client.ts";
import { createClient, type PipitClient, PipitError, type RoomHandle } from "../../src/client.ts";
import type { Environment } from "../../src/environment.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import type { SyncOptions } from "../../src/sync/sync-engine.ts";
import { DeliveryWitness } from "./delivery-witness.ts";
import { type Network, siteUrl } from "./network.ts";
import type { Random } from "./random.ts";
import type { SentBook } from "./sent-book.ts";
import { signToken } from "./sim-token.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export type DeviceParts = {
  tenant: string;
  userId: string;
  name: string;
  network: Network;
  clock: VirtualClock;
  random: Random;
  sync: SyncOptions;
  sent: SentBook;
  fail(message: string): void;
};

/** Codes that no well-behaved client may be answered with, whatever the network does. */
const faultyCodes: ReadonlySet<string> = new Set(["internal", "invalid_request", "unsupported_type", "too_large"]);

export class Device {
  readonly name: string;
  readonly userId: string;
  readonly #parts: DeviceParts;
  #store: ClientStore = createMemoryStore();
  #generation = 1;
  #client: PipitClient | undefined;
  #timers = new Set<unknown>();
  #wakes = new Set<() => void>();
  #witness: DeliveryWitness;
  /** By room id, what ends looking at it. */
  readonly #looking = new Map<string, () => void>();
  /** Every room that was ever shown here. */
  readonly seenRooms = new Set<string>();

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.userId = parts.userId;
    this.#witness = new DeliveryWitness(parts.name, parts.fail);
  }

  get client(): PipitClient | undefined {
    return this.#client;
  }

  get isLoggedOut(): boolean {
    return this.#client?.connection.getSnapshot().status === "logged_out";
  }

  get deviceId(): string {
    return `${this.name}-${this.#generation}`;
  }

  /** Opens the app on what the store has. */
  open(): void {
    if (this.#client) return;
    const { network, random, sync } = this.#parts;
    const { openWire, fetch } = network.endOf(this.name);
    const client = createClient({
      url: siteUrl,
      apiPath: "",
      tokenProvider: () => signToken(this.#parts.tenant, this.userId, this.#parts.clock.now()),
      device: { id: this.deviceId, name: this.name },
      store: this.#store,
      sync,
      openWire,
      environment: { ...this.#environment(), fetch, random: random.next },
      onError: (error) => this.#judge(error, "behind the scenes"),
    });
    this.#client = client;
    this.track(client.start(), "start");
  }

  /** The process ends between two lines: what was not stored is lost. */
  kill(): void {
    this.#end();
    this.#witness = new DeliveryWitness(this.name, this.#parts.fail);
  }

  /** The app is closed in good order. */
  async close(): Promise<void> {
    const closing = this.#client?.close();
    if (closing) this.track(closing, "close");
    await closing;
    this.#end();
  }

  /** After a log-out: another store, another token, and perhaps another device id. */
  signInAnew(withNewId: boolean): void {
    this.#parts.sent.forgetDevice(this.name);
    this.kill();
    this.#store = createMemoryStore();
    this.seenRooms.clear();
    if (withNewId) this.#generation += 1;
    this.open();
  }

  wake(): void {
    for (const listener of this.#wakes) listener();
  }

  /** Begins or ceases to look at a room. */
  look(handle: RoomHandle): "looks at" | "looks away from" {
    const end = this.#looking.get(handle.id);
    if (end) {
      end();
      this.#looking.delete(handle.id);
      return "looks away from";
    }
    this.#looking.set(handle.id, this.#watch(handle));
    return "looks at";
  }

  lookAt(handle: RoomHandle): void {
    if (!this.#looking.has(handle.id)) this.look(handle);
  }

  /** Of what a person asked for, a refusal is an answer; a fault is not. */
  track(promise: Promise<unknown>, what: string): void {
    promise.catch((error) => this.#judge(error, what));
  }

  #judge(error: unknown, what: string): void {
    if (error instanceof PipitError && !faultyCodes.has(error.code) && !(error.cause instanceof TypeError)) return;
    const told =
      error instanceof Error ? `${error.stack}${error.cause ? `\n${String(error.cause)}` : ""}` : String(error);
    this.#parts.fail(`${this.name}, ${what}: ${told}`);
  }

  #watch(handle: RoomHandle): () => void {
    const check = (): void => this.#witness.see(handle.id, handle.messages.getSnapshot().items);
    const end = handle.messages.subscribe(check);
    check();
    return end;
  }

  #end(): void {
    for (const timer of this.#timers) this.#parts.clock.clearTimeout(timer);
    this.#timers = new Set();
    this.#wakes = new Set();
    this.#looking.clear();
    this.#parts.network.abandon(this.name);
    this.#client = undefined;
  }

  #environment(): Partial<Environment> {
    const { clock } = this.#parts;
    const timers = new Set<unknown>();
    const wakes = new Set<() => void>();
    this.#timers = timers;
    this.#wakes = wakes;
    return {
      now: clock.now,
      setTimeout: (act, ms) => {
        // A client that was killed does nothing any more.
        if (timers !== this.#timers) return undefined;
        const timer = clock.setTimeout(() => {
          timers.delete(timer);
          act();
        }, ms);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        timers.delete(timer);
        clock.clearTimeout(timer);
      },
      locks: undefined,
      openChannel: undefined,
      onWake: (listener) => {
        wakes.add(listener);
        return () => wakes.delete(listener);
      },
      onFocusChange: () => () => {},
      isInFocus: () => true,
    };
  }
}
