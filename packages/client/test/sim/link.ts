/** One simulated wire: what is on its way in both directions. Requests and their answers keep their order, as on TCP. */
import type { Envelope, Wire, WireOptions } from "../../src/connection/wire.ts";
import { fromFailure, networkError } from "../../src/errors.ts";
import type { Random } from "./random.ts";
import type { SimSocket } from "./sim-audiences.ts";
import { isRefusal, type SimServer } from "./sim-server.ts";

type Up = { kind: "open" } | { kind: "ask"; id: number; event: string; json: string } | { kind: "close" };
type Down = { say: string; act: () => void };
type Event = { name: string; json: string; isCopy: boolean };

/** How often, of all events, such a thing happens to one. */
export type EventFaults = { drop: number; repeat: number; reorder: number };

type Ends = { resolve(wire: Wire): void; reject(error: unknown): void };

export class Link {
  readonly owner: string;
  readonly #options: WireOptions;
  readonly #ends: Ends;
  #up: Up[] = [{ kind: "open" }];
  #answers: Down[] = [];
  #events: Event[] = [];
  #socket: SimSocket | undefined;
  readonly #pending = new Map<number, (envelope: Envelope) => void>();
  #asked = 0;
  /** Of the client's end: events come only to one that is connected. */
  #state: "connecting" | "connected" | "gone" = "connecting";

  constructor(owner: string, options: WireOptions, ends: Ends) {
    this.owner = owner;
    this.#options = options;
    this.#ends = ends;
  }

  get isOver(): boolean {
    return this.#state === "gone" && this.#up.length === 0;
  }

  get isConnected(): boolean {
    return this.#state === "connected";
  }

  get hasUp(): boolean {
    return this.#up.length > 0;
  }

  get hasAnswers(): boolean {
    return this.#answers.length > 0;
  }

  get hasEvents(): boolean {
    return this.isConnected && this.#events.length > 0;
  }

  /** Lets the next thing come to the server. @returns what it was */
  async takeUp(server: SimServer): Promise<string> {
    const next = this.#up.shift();
    if (next?.kind === "open") return this.#arrive(server);
    if (next?.kind === "ask") return this.#ask(server, next);
    if (this.#socket) server.forget(this.#socket);
    return "hangs up";
  }

  takeAnswer(): string {
    const next = this.#answers.shift();
    next?.act();
    return next?.say ?? "nothing";
  }

  /** Lets an event come to the client, or something happen to it. */
  takeEvent(random: Random, faults: EventFaults): string {
    const place =
      this.#events.length > 1 && random.chance(faults.reorder) ? random.between(1, this.#events.length - 1) : 0;
    const event = this.#events[place];
    if (!event) return "nothing";
    const isRepeated = !event.isCopy && random.chance(faults.repeat);
    if (isRepeated) event.isCopy = true;
    else this.#events.splice(place, 1);
    const how = place > 0 ? " out of turn" : "";
    if (random.chance(faults.drop)) return `${event.name}${how} is lost`;
    this.#options.onEvent(event.name, JSON.parse(event.json));
    return `${event.name}${how}${isRepeated ? ", and once more later" : ""}`;
  }

  /** Ends it, as a lost connection does. Of what was on its way to the server, so many still come. */
  cut(arriving: number): void {
    if (this.#state === "gone") return;
    const wasConnected = this.#state === "connected";
    this.#leave(arriving);
    if (wasConnected) this.#options.onEnd();
    else this.#ends.reject(networkError());
  }

  /** The server is gone: nothing comes to it any more. */
  lose(): void {
    this.#socket = undefined;
    this.cut(0);
    this.#up = [];
  }

  /** The client is gone, and hears of nothing. */
  abandon(): void {
    if (this.#state !== "gone") this.#leave(this.#up.length);
  }

  get countUp(): number {
    return this.#up.length;
  }

  #leave(arriving: number): void {
    this.#state = "gone";
    this.#up = [...this.#up.slice(0, arriving), { kind: "close" }];
    this.#answers = [];
    this.#events = [];
    this.#pending.clear();
  }

  async #arrive(server: SimServer): Promise<string> {
    const admitted = await server.admit({
      token: this.#options.auth.token,
      deviceId: this.#options.auth.device_id,
      push: (name, json) => {
        if (this.#state !== "gone") this.#events.push({ name, json, isCopy: false });
      },
      end: () => this.#answer("the server hangs up", () => this.cut(0)),
    });
    if (isRefusal(admitted)) {
      this.#answer(`is refused: ${admitted.code}`, () => {
        this.#leave(0);
        this.#ends.reject(fromFailure(admitted));
      });
      return `opens a wire, refused: ${admitted.code}`;
    }
    this.#socket = admitted;
    this.#answer("is connected", () => {
      this.#state = "connected";
      this.#ends.resolve(this.#toWire());
    });
    return "opens a wire";
  }

  async #ask(server: SimServer, { id, event, json }: Extract<Up, { kind: "ask" }>): Promise<string> {
    if (!this.#socket) return `${event} comes to nobody`;
    const envelope = await server.ask(this.#socket, event, JSON.parse(json));
    const outcome = envelope?.success === false ? String(envelope.code) : "ok";
    if (envelope) this.#answer(`${event}: ${outcome}`, () => this.#pending.get(id)?.(envelope));
    return `asks ${event}: ${outcome}`;
  }

  #answer(say: string, act: () => void): void {
    if (this.#state !== "gone") this.#answers.push({ say, act });
  }

  #toWire(): Wire {
    const emit = (event: string, payload: unknown): number => {
      this.#asked += 1;
      if (this.#state !== "gone") this.#up.push({ kind: "ask", id: this.#asked, event, json: JSON.stringify(payload) });
      return this.#asked;
    };
    return {
      ask: (event, payload) =>
        new Promise((answer) => {
          this.#pending.set(emit(event, payload), answer);
        }),
      tell: (event, payload) => {
        emit(event, payload);
      },
      close: () => this.abandon(),
    };
  }
}
