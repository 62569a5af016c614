/** All clients of a run: who is in which room, what they do while faults go on, and how they are afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../load/pairs.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { createRandom, type Random } from "../random.ts";
import { signToken } from "../token.ts";
import { RestClient } from "../wire/rest-client.ts";
import type { CrowdCounts, CrowdOptions, Healing } from "./crowd-orders.ts";
import { LightClient } from "./light-client.ts";
import { sendProbes } from "./probes.ts";
import { planRooms } from "./random-rooms.ts";
import { SendHistory } from "./send-history.ts";

const openWithinMs = 120_000;
const tickMs = 20;
const houseMs = 1_000;
/** The SDK asks what has changed once a minute, and so does everybody here: each second, the sixtieth part of them. */
const minuteShare = 1 / 60;
const opensAtOnce = 32;
const shares = { edit: 0.05, delete: 0.02, read: 0.05 };
const maxProblems = 200;

/** A room and who is in it. */
export type CrowdRoom = { id: string; members: LightClient[] };

export class Crowd {
  readonly options: CrowdOptions;
  readonly history = new SendHistory();
  readonly clients: LightClient[];
  readonly rooms: CrowdRoom[] = [];
  readonly problems: string[] = [];
  readonly #random: Random;
  #pacing: NodeJS.Timeout | undefined;
  #housekeeping: NodeJS.Timeout | undefined;
  #begun = { at: performance.now(), cpu: process.cpuUsage() };

  private constructor(options: CrowdOptions) {
    this.options = options;
    this.#random = createRandom(options.seed);
    const { urls, prefix, clients, seed } = options;
    this.clients = Array.from({ length: clients }, (_, place) => {
      return new LightClient({
        userId: `${prefix}${place}`,
        urls,
        random: createRandom(seed + place + 1),
        history: this.history,
        onProblem: (problem) => this.noteProblem(problem),
      });
    });
  }

  /** Connects everybody and makes their rooms. @throws {Error} when that takes too long */
  static async open(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    await crowd.#connectAll();
    await crowd.#makeRooms();
    crowd.#housekeeping = setInterval(() => crowd.#lookAfter(), houseMs);
    return crowd;
  }

  /** The REST door of a user, on some node. */
  restOf(userId: string, url: string = this.#random.pick(this.options.urls)): RestClient {
    return new RestClient(url, signToken(jwtSecret, { userId }));
  }

  noteProblem(problem: string): void {
    if (this.problems.length < maxProblems) this.problems.push(problem);
  }

  /** Sends at the agreed rate, whether or not earlier messages have been answered. */
  beginSending(): void {
    this.#begun = { at: performance.now(), cpu: process.cpuUsage() };
    let done = 0;
    this.#pacing = setInterval(() => {
      const due = Math.floor(((performance.now() - this.#begun.at) / 1000) * this.options.perSecond);
      for (; done < due; done += 1) this.#act();
    }, tickMs);
  }

  /** Sends no more; waits until everybody is back, all is answered, and probes are heard by all. */
  async heal(withinMs: number): Promise<Healing> {
    clearInterval(this.#pacing);
    const startedAt = performance.now();
    const deadline = startedAt + withinMs;
    const isSettled = await this.#settle(deadline);
    const settledMs = isSettled ? performance.now() - startedAt : null;
    const stuck = this.clients.filter((client) => !client.isSettled()).map((client) => client.describe());
    const probed = await sendProbes(this.rooms, this.#random, deadline);
    return { ...probed, stuck: [...stuck, ...probed.stuck], settledMs };
  }

  /** Has nobody do anything more of their own, and everybody ask once more what has changed. */
  async becomeQuiet(): Promise<void> {
    for (const client of this.clients) client.stopMarking();
    clearInterval(this.#housekeeping);
    await this.#settle(performance.now() + openWithinMs);
    await inParallel(this.clients, (client) => client.syncAll());
    await this.#settle(performance.now() + openWithinMs);
  }

  count(): CrowdCounts {
    const cpu = process.cpuUsage(this.#begun.cpu);
    return {
      ...this.history.count(),
      recoveries: this.clients.flatMap((client) => client.link.recoveries),
      problems: this.problems,
      load: (cpu.user + cpu.system) / 1000 / (performance.now() - this.#begun.at),
      residentBytes: process.memoryUsage.rss(),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#pacing);
    clearInterval(this.#housekeeping);
    await Promise.all(this.clients.map((client) => client.close()));
  }

  async #connectAll(): Promise<void> {
    await inParallel(
      this.clients,
      async (client) => {
        client.link.start();
        await waitUntil(`the connection of ${client.userId}`, () => client.link.isReady, { timeoutMs: openWithinMs });
      },
      opensAtOnce,
    );
  }

  async #makeRooms(): Promise<void> {
    const byId = new Map(this.clients.map((client) => [client.userId, client]));
    const plans = planRooms([...byId.keys()], this.#random);
    const made = await inParallel(
      plans,
      async ({ name, members }) => {
        const [owner = "", ...others] = members;
        const isPair = members.length === 2 && name.startsWith("pair");
        const body = { type: isPair ? "direct" : "group", ...(isPair ? {} : { name }), member_ids: others };
        const { id } = (await this.restOf(owner).call("POST", "/rooms", body)) as { id: string };
        return { id, members: members.flatMap((userId) => byId.get(userId) ?? []) };
      },
      8,
    );
    this.rooms.push(...made);
    await inParallel(this.clients, (client) => client.syncAll(), opensAtOnce);
    if (!(await this.#settle(performance.now() + openWithinMs))) throw new Error("the rooms did not come to everybody");
  }

  async #settle(deadline: number): Promise<boolean> {
    while (!this.clients.every((client) => client.isSettled())) {
      if (performance.now() > deadline) return false;
      await sleep(tickMs);
    }
    return true;
  }

  #act(): void {
    const random = this.#random;
    const client = random.pick(this.clients);
    const { roomIds } = client;
    if (roomIds.length === 0) return;
    client.send(random.pick(roomIds));
    const chance = random.next();
    const other = random.pick(this.clients);
    if (chance < shares.edit) void client.edit();
    else if (chance < shares.edit + shares.delete) void client.delete();
    else if (chance < shares.edit + shares.delete + shares.read && other.roomIds.length > 0) {
      void other.read(random.pick(other.roomIds));
    }
  }

  #lookAfter(): void {
    for (const client of this.clients) {
      client.link.checkSilence();
      if (client.link.isReady && this.#random.next() < minuteShare) void client.syncAll();
    }
  }
}
