/** The simulated network between the devices and the server. */
import type { OpenWire } from "../../src/connection/wire.ts";
import { abortedError, networkError } from "../../src/errors.ts";
import { type EventFaults, Link } from "./link.ts";
import type { Random } from "./random.ts";
import type { RestAnswer, RestRequest, SimServer } from "./sim-server.ts";

/** A request on its way to the server, or its answer on its way back. */
type Call = {
  owner: string;
  request: RestRequest;
  answer: RestAnswer | undefined;
  resolve(answer: RestAnswer): void;
  reject(error: unknown): void;
  /** Nobody waits for the answer any more. */
  isOrphan: boolean;
};

/** Of requests: how often one is lost before the server, its answer behind it, or the caller before either. */
export type CallFaults = { loseCall: number; loseAnswer: number; giveUp: number };
export type Faults = EventFaults & CallFaults;

/** Where the server seems to be. */
export const siteUrl = "http://sim";

/** What one device has of the network. */
export type NetworkEnd = { openWire: OpenWire; fetch: typeof fetch };

/** Something that may happen next. @returns what it was, in words */
export type Delivery = { take(random: Random, faults: Faults): Promise<string> };

export class Network {
  readonly #server: SimServer;
  readonly #links = new Set<Link>();
  readonly #calls = new Set<Call>();
  readonly #partitioned = new Set<string>();

  constructor(server: SimServer) {
    this.#server = server;
  }

  /** @param owner the device, in the words of the history */
  endOf(owner: string): NetworkEnd {
    return {
      openWire: (options, signal) =>
        new Promise((resolve, reject) => {
          const link = new Link(owner, options, { resolve, reject });
          this.#links.add(link);
          signal.addEventListener("abort", () => {
            if (!link.isConnected) link.abandon();
            reject(abortedError(signal.reason));
          });
        }),
      fetch: ((url: string, init: RequestInit) => this.#fetch(owner, url, init)) as typeof fetch,
    };
  }

  setPartitioned(owner: string, isPartitioned: boolean): void {
    if (isPartitioned) this.#partitioned.add(owner);
    else this.#partitioned.delete(owner);
  }

  heal(): void {
    this.#partitioned.clear();
  }

  isPartitioned(owner: string): boolean {
    return this.#partitioned.has(owner);
  }

  /** Cuts a device's wires; some of what was on its way still comes to the server. */
  cut(owner: string, random: Random): void {
    for (const link of this.#links) if (link.owner === owner) link.cut(random.between(0, link.countUp));
  }

  /** The device is gone: nobody waits for what comes. What it had sent still arrives. */
  abandon(owner: string): void {
    for (const link of this.#links) if (link.owner === owner) link.abandon();
    for (const call of this.#calls) if (call.owner === owner) call.isOrphan = true;
  }

  /** The server is gone, with what was on its way to it. */
  loseServer(): void {
    for (const link of this.#links) link.lose();
    for (const call of this.#calls) call.reject(networkError());
    this.#links.clear();
    this.#calls.clear();
  }

  /** What may be delivered now. */
  listEnabled(): Delivery[] {
    const enabled: Delivery[] = [];
    for (const link of this.#links) {
      if (link.isOver) this.#links.delete(link);
      else if (!this.#partitioned.has(link.owner)) enabled.push(...this.#listOf(link));
    }
    for (const call of this.#calls) {
      if (!this.#partitioned.has(call.owner))
        enabled.push({ take: (random, faults) => this.#take(call, random, faults) });
    }
    return enabled;
  }

  #listOf(link: Link): Delivery[] {
    const { owner } = link;
    const enabled: Delivery[] = [];
    if (link.hasUp) enabled.push({ take: async () => `${owner} ${await link.takeUp(this.#server)}` });
    if (link.hasAnswers) enabled.push({ take: async () => `${owner} <- ${link.takeAnswer()}` });
    if (link.hasEvents) {
      enabled.push({ take: async (random, faults) => `${owner} <- ${link.takeEvent(random, faults)}` });
    }
    return enabled;
  }

  #fetch(owner: string, url: string, init: RequestInit): Promise<Pick<Response, "status" | "ok" | "text">> {
    return new Promise<RestAnswer>((resolve, reject) => {
      const { method = "GET", headers, body, signal } = init;
      const request = { method, url, headers: headers as Record<string, string>, body: body as string | undefined };
      const call: Call = { owner, request, answer: undefined, resolve, reject, isOrphan: false };
      this.#calls.add(call);
      signal?.addEventListener("abort", () => {
        call.isOrphan = true;
        reject(abortedError(signal.reason));
      });
    }).then(({ status, text }) => ({ status, ok: status < 400, text: async () => text }));
  }

  async #take(call: Call, random: Random, faults: CallFaults): Promise<string> {
    const { method, url } = call.request;
    const what = `${call.owner} ${method} ${url.replace(siteUrl, "")}`;
    if (call.answer) {
      this.#calls.delete(call);
      if (call.isOrphan) return `${what}: nobody waits for the answer`;
      if (random.chance(faults.loseAnswer)) {
        call.reject(networkError());
        return `${what}: the answer is lost`;
      }
      call.resolve(call.answer);
      return `${what} <- ${call.answer.status}`;
    }
    if (!call.isOrphan && random.chance(faults.giveUp)) {
      call.isOrphan = true;
      call.reject(networkError());
      return `${what}: the caller loses it, the server may get it yet`;
    }
    if (random.chance(faults.loseCall)) {
      this.#calls.delete(call);
      call.reject(networkError());
      return `${what} is lost`;
    }
    call.answer = await this.#server.request(call.request);
    if (call.isOrphan) this.#calls.delete(call);
    return `${what}: ${call.answer.status}`;
  }
}
