/** A client's connection: to one node after the other, with back-off and jitter, and requests that always end. */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { moment } from "../jitter/moment.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Random } from "../random.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { type Envelope, toEnvelope } from "../wire/rest-client.ts";
import { backOff } from "./back-off.ts";

/** A handshake that takes longer is given up: the node may be stopped. */
const connectMs = 8_000;
const answerMs = 10_000;
/** Socket.IO's own: a client that hears no ping for so long ends the connection (pingInterval and pingTimeout). */
const silenceMs = 45_000;
/** A connection that has held for this long begins anew with its back-off. */
const steadyMs = 10_000;

/** When a connection was lost and to which node, and when the next one had been brought up to date. */
export type Recovery = { node: number; lostAt: number; backAt: number; reason: string };

export type LightLinkParts = {
  userId: string;
  urls: readonly string[];
  random: Random;
  onEvent(name: string, payload: Record<string, unknown>): void;
  /** Brings everything up to date; false if the connection was lost first. */
  catchUp(): Promise<boolean>;
  /** Told when that is done. */
  onReady(): void;
};

export class LightLink {
  readonly recoveries: Recovery[] = [];
  /** The node that it is, or was last, connected to. */
  node = -1;
  readonly #parts: LightLinkParts;
  #socket: LightSocket | undefined;
  #isReady = false;
  #isClosed = false;
  #heardAt = 0;
  #stayAwayMs: number | undefined;
  #reason = "";
  #loop: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(parts: LightLinkParts) {
    this.#parts = parts;
    // As many wait as requests and rooms do at a time.
    setMaxListeners(0, this.#closing.signal);
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Whether it is connected and has brought what it missed. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Connects, and stays connected until it is closed. */
  start(): void {
    this.#loop ??= this.#live();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closing.abort();
    this.#socket?.close();
    await this.#loop;
  }

  /** Asks over the connection; undefined when no answer came, and nobody knows what became of it. */
  ask(event: string, payload: object): Promise<Envelope | undefined> {
    const socket = this.#socket;
    if (!socket) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        // With nothing else heard either, the connection is dead though nobody said so.
        if (performance.now() - this.#heardAt >= answerMs) socket.close();
        resolve(undefined);
      }, answerMs);
      socket.emit(event, JSON.stringify(payload), (answer) => {
        clearTimeout(timer);
        this.#heardAt = performance.now();
        resolve(typeof answer === "string" ? toEnvelope(JSON.parse(answer)[0]) : undefined);
      });
    });
  }

  /** To be called now and then: ends a connection of which nothing has been heard for too long. */
  checkSilence(): void {
    const socket = this.#socket;
    if (socket && performance.now() - Math.max(this.#heardAt, socket.pingedAt) > silenceMs) socket.close();
  }

  async #live(): Promise<void> {
    let failures = 0;
    let lost: { node: number; lostAt: number; reason: string } | undefined;
    while (!this.#isClosed) {
      const socket = await this.#connect();
      if (socket) {
        const openedAt = performance.now();
        const wasReady = await this.#use(socket, lost);
        // One that was lost before it was up to date ended nothing.
        if (wasReady || !lost) lost = { node: this.node, lostAt: moment(), reason: this.#reason };
        if (performance.now() - openedAt >= steadyMs) failures = 0;
      }
      failures += 1;
      const asked = this.#stayAwayMs;
      this.#stayAwayMs = undefined;
      await this.pause(asked ?? backOff(failures, this.#parts.random));
    }
  }

  /** Waits, or less if the link is closed meanwhile. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch((error: unknown) => {
      if (!this.#isClosed) throw error;
    });
  }

  async #connect(): Promise<LightSocket | undefined> {
    this.node = this.#chooseNode();
    const url = this.#parts.urls[this.node] ?? "";
    const { userId } = this.#parts;
    const auth = { token: signToken(jwtSecret, { userId }), device_id: `${userId}-device` };
    const connecting = LightSocket.connect({ url, auth });
    const opened = await Promise.race([
      connecting.catch(() => undefined),
      sleep(connectMs, undefined, { signal: this.#closing.signal }).catch(() => undefined),
    ]);
    if (!opened || this.#isClosed) {
      // One that is late has nobody who waits for it.
      connecting.then(
        (late) => late.close(),
        () => undefined,
      );
      return undefined;
    }
    return opened;
  }

  // Another one than it was connected to, or could not connect to, last.
  #chooseNode(): number {
    const { urls, random } = this.#parts;
    const places = urls.map((_, place) => place).filter((place) => place !== this.node || urls.length === 1);
    return random.pick(places);
  }

  /** Resolves when the connection is gone: whether it had been up to date. */
  async #use(socket: LightSocket, lost: Omit<Recovery, "backAt"> | undefined): Promise<boolean> {
    this.#socket = socket;
    this.#heardAt = performance.now();
    this.#reason = "";
    let isGone = false;
    const closed = socket.closed.then(() => {
      isGone = true;
      this.#socket = undefined;
      this.#isReady = false;
    });
    socket.onEvent = (text) => this.#hear(text);
    const isUpToDate = (await this.#parts.catchUp()) && !isGone;
    if (isUpToDate) {
      this.#isReady = true;
      if (lost) this.recoveries.push({ ...lost, backAt: moment() });
      this.#parts.onReady();
    } else socket.close();
    await closed;
    return isUpToDate;
  }

  #hear(text: string): void {
    this.#heardAt = performance.now();
    const [name, payload] = JSON.parse(text) as [string, Record<string, unknown>];
    if (name === "sync:required" && payload.reason !== "missed_events") {
      this.#reason = String(payload.reason);
      this.#stayAwayMs = Number(payload.retry_after_ms ?? 0);
    } else this.#parts.onEvent(name, payload);
  }
}
