/** The live connection: opens a wire, opens another when it ends, and says how it stands. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { Environment, Timer } from "../environment.ts";
import { fromFailure, isLogOut, networkError, PipitError, timeoutError, toPipitError } from "../errors.ts";
import { createQuery, type Query, type Topics } from "../state/query.ts";
import { backOff } from "./back-off.ts";
import type { TokenSource } from "./token-source.ts";
import type { Envelope, OpenWire, Wire } from "./wire.ts";

/**
 * `idle`: not begun. `connecting`, `online`: as they say. `waiting`: it failed and is tried again at `retryAt`
 * (milliseconds since 1970). `unauthenticated`: the token is not taken and there is no other; give one by `setToken`.
 * `logged_out`: this device was logged out. `closed`: ended by the app.
 */
export type ConnectionState = {
  status: "idle" | "connecting" | "online" | "waiting" | "unauthenticated" | "logged_out" | "closed";
  retryAt?: number | undefined;
  error?: PipitError | undefined;
};

export type ConnectionParts = {
  env: Environment;
  topics: Topics;
  tokens: TokenSource;
  openWire: OpenWire;
  url: string;
  deviceId: () => string | undefined;
  onEvent(name: string, payload: unknown): void;
  onError(error: unknown): void;
  /** Told each time that a connection has been made. */
  onOnline(): void;
  /** Told each time that it has been lost. */
  onOffline(): void;
  /** Told that the device was logged out while it was away. */
  onLoggedOut(): void;
};

/** A connection that has held for this long begins anew with its back-off. */
const steadyMs = 10_000;

const patienceMs = 30_000;
/** Before the end of a token, so that it is still good when the server looks at the next one. */
const renewEarlyMs = 25_000;
/** Longer ones begin at once, by the rules of timers. */
const longestTimerMs = 86_400_000;

/** The topic of the connection's state. */
const topic = "connection";

const ended: ReadonlySet<ConnectionState["status"]> = new Set(["logged_out", "closed"]);

export class Connection {
  readonly state: Query<ConnectionState>;
  readonly #parts: ConnectionParts;
  #now: ConnectionState = { status: "idle" };
  #wire: Wire | undefined;
  #opening: AbortController | undefined;
  #timer: Timer;
  #failures = 0;
  #openedAt = 0;
  /** What the server asked for before it closed: to stay away for a while. */
  #stayAwayMs: number | undefined;
  /** Of the token that the wire was opened with, or was given since. */
  #renewal: Timer;
  #pending = new Set<(error: PipitError) => void>();
  #lastHeardAt = 0;
  #stopListening: (() => void) | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.state = createQuery(parts.topics, [topic], () => this.#now);
  }

  /** Begins to connect, and to stay connected. */
  start(): void {
    if (this.#now.status !== "idle") return;
    const endWake = this.#parts.env.onWake(() => this.wake());
    const endFocus = this.#parts.env.onFocusChange((isInFocus) => this.tell("presence:focus", { in_focus: isInFocus }));
    this.#stopListening = () => {
      endWake();
      endFocus();
    };
    void this.#open();
  }

  /** Tries at once if it waits; what woke it may have brought the network back. */
  wake(): void {
    const { status } = this.#now;
    if (status !== "waiting" && status !== "unauthenticated") return;
    this.#failures = 0;
    void this.#open();
  }

  /** Ends it for good. */
  end(status: "closed" | "logged_out"): void {
    if (ended.has(this.#now.status)) return;
    this.#stopListening?.();
    this.#opening?.abort();
    this.#wire?.close();
    this.#become({ status });
    this.#lose();
  }

  readonly isOnline = (): boolean => this.#wire !== undefined;

  /** Emits an event that may get lost. */
  tell(event: string, payload: unknown): void {
    this.#wire?.tell(event, payload);
  }

  /** Asks over the live connection; undefined when there is none. Rejects when the connection ends first. */
  readonly findAsk = (): ((event: string, payload: unknown, signal: AbortSignal) => Promise<Envelope>) | undefined => {
    const wire = this.#wire;
    return wire && ((event, payload, signal) => this.#ask(wire, event, payload, signal));
  };

  /** A call had no answer: if nothing else came meanwhile either, the wire is dead though nobody said so. */
  readonly noteTimeout = (): void => {
    const quietMs = this.#parts.env.now() - this.#lastHeardAt;
    if (this.#wire && quietMs >= steadyMs) this.#drop(this.#wire);
  };

  #ask(wire: Wire, event: string, payload: unknown, signal: AbortSignal): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      const fail = (error: PipitError): void => {
        this.#pending.delete(fail);
        reject(error);
      };
      this.#pending.add(fail);
      signal.addEventListener("abort", () => fail(toPipitError(signal.reason)), { once: true });
      wire.ask(event, payload).then((envelope) => {
        this.#lastHeardAt = this.#parts.env.now();
        this.#pending.delete(fail);
        if (envelope.success) resolve(envelope);
        else reject(fromFailure(envelope));
      }, fail);
    });
  }

  async #open(): Promise<void> {
    this.#parts.env.clearTimeout(this.#timer);
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    this.#become({ status: "connecting" });
    // Whatever hangs: the app's token provider, or a server that takes a connection and says nothing.
    const patience = this.#parts.env.setTimeout(() => {
      opening.abort();
      this.#fail(timeoutError());
    }, patienceMs);
    let token: string | undefined;
    try {
      token = await this.#parts.tokens.get();
      const wire = await this.#openWith(token, opening.signal).catch(async (error: unknown) => {
        // Another token would undo the log-out.
        if (!(error instanceof PipitError) || error.code !== "unauthenticated" || isLogOut(error)) throw error;
        return this.#openWith(await this.#parts.tokens.replace(token ?? ""), opening.signal);
      });
      if (opening.signal.aborted) wire.close();
      else this.#settle(wire);
    } catch (error) {
      if (!opening.signal.aborted) this.#fail(toPipitError(error));
    } finally {
      this.#parts.env.clearTimeout(patience);
    }
  }

  #openWith(token: string, signal: AbortSignal): Promise<Wire> {
    const { url, deviceId, env, openWire } = this.#parts;
    let wire: Wire | undefined;
    let isOver = false;
    const auth = { token, device_id: deviceId(), in_focus: env.isInFocus() };
    const onEnd = (): void => {
      isOver = true;
      if (wire && wire === this.#wire) this.#drop(wire);
    };
    const onEvent = (name: string, payload: unknown): void => {
      if (!signal.aborted && !ended.has(this.#now.status)) this.#hear(name, payload);
    };
    return openWire({ url, auth, onEvent, onEnd }, signal).then((opened) => {
      if (isOver) throw networkError();
      wire = opened;
      return opened;
    });
  }

  #settle(wire: Wire): void {
    this.#wire = wire;
    this.#openedAt = this.#parts.env.now();
    this.#lastHeardAt = this.#openedAt;
    this.#stayAwayMs = undefined;
    this.#become({ status: "online" });
    this.#planRenewal(wire);
    this.#parts.onOnline();
  }

  /** Gives the server another token before the one that it knows ends. If that fails, the server ends the wire in its time. */
  #planRenewal(wire: Wire): void {
    const { env, tokens } = this.#parts;
    const expiry = tokens.findExpiry();
    if (expiry === undefined || !tokens.canReplace()) return;
    const waitMs = Math.min(longestTimerMs, Math.max(1_000, expiry - env.now() - renewEarlyMs));
    env.clearTimeout(this.#renewal);
    this.#renewal = env.setTimeout(() => {
      this.#renew(wire).catch((error) => this.#parts.onError(error));
    }, waitMs);
  }

  async #renew(wire: Wire): Promise<void> {
    const token = await this.#parts.tokens.get();
    if (wire !== this.#wire) return;
    const { success } = await wire.ask("session:renew", { token });
    if (success && wire === this.#wire) this.#planRenewal(wire);
  }

  #hear(name: string, payload: unknown): void {
    this.#lastHeardAt = this.#parts.env.now();
    if (name === "sync:required") {
      const { reason, retry_after_ms: waitMs } = payload as Payload<"sync:required">;
      this.#stayAwayMs = reason === "token_expired" ? 0 : waitMs;
    }
    this.#parts.onEvent(name as EventName, payload);
  }

  #drop(wire: Wire): void {
    wire.close();
    if (this.#parts.env.now() - this.#openedAt >= steadyMs) this.#failures = 0;
    this.#lose();
    this.#fail(networkError());
  }

  /** Whoever waits for an answer over the wire gets none. */
  #lose(): void {
    if (this.#wire) this.#parts.onOffline();
    this.#wire = undefined;
    this.#parts.env.clearTimeout(this.#renewal);
    const pending = [...this.#pending];
    for (const fail of pending) fail(networkError());
  }

  #fail(error: PipitError): void {
    if (isLogOut(error)) {
      this.#parts.onLoggedOut();
      return;
    }
    const { env } = this.#parts;
    this.#failures += 1;
    const asked = this.#stayAwayMs ?? error.retryAfterMs;
    this.#stayAwayMs = undefined;
    const waitMs = asked ?? backOff(this.#failures, env.random);
    // A token that is refused may be replaced by the app, or by its provider a little later.
    const status = error.code === "unauthenticated" ? "unauthenticated" : "waiting";
    this.#become({ status, error, retryAt: env.now() + waitMs });
    this.#timer = env.setTimeout(() => void this.#open(), status === "waiting" ? waitMs : Math.max(waitMs, 5_000));
  }

  #become(state: ConnectionState): void {
    this.#parts.env.clearTimeout(this.#timer);
    this.#now = state;
    this.#parts.topics.touch(topic);
  }
}
