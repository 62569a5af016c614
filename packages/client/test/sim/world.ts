/** Everything that a simulation has: a server, a network, time, and the devices of all users. */
import { randomUUID } from "node:crypto";
import { Device } from "./device.ts";
import { History } from "./history.ts";
import { type Faults, Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { SentBook } from "./sent-book.ts";
import type { SimDatabase } from "./sim-database.ts";
import { SimServer } from "./sim-server.ts";
import { createVirtualClock, settle, type VirtualClock } from "./virtual-clock.ts";

/** What was found to be wrong: ends the simulation. */
export class Violation extends Error {
  override readonly name = "Violation";
}

const startOfTime = Date.parse("2026-01-01T00:00:00Z");
const calm: Faults = { drop: 0, repeat: 0, reorder: 0, loseCall: 0, loseAnswer: 0, giveUp: 0 };

export class World {
  readonly plan: Plan;
  readonly database: SimDatabase;
  readonly tenant = `sim-${randomUUID()}`;
  readonly clock: VirtualClock = createVirtualClock(startOfTime);
  readonly server: SimServer;
  readonly network: Network;
  readonly history = new History();
  readonly sent = new SentBook();
  readonly userIds: readonly string[];
  readonly devices: Device[] = [];
  #violation: Violation | undefined;
  deliveries = 0;

  constructor(database: SimDatabase, plan: Plan) {
    this.plan = plan;
    this.database = database;
    this.server = new SimServer(database, this.clock);
    this.network = new Network(this.server);
    this.userIds = Array.from({ length: plan.users }, (_, user) => `u${String(user + 1).padStart(2, "0")}`);
    for (const userId of this.userIds) {
      for (let device = 1; device <= plan.devicesPerUser; device += 1) {
        this.devices.push(this.makeDevice(userId, `${userId}d${device}`, plan.seed + this.devices.length));
      }
    }
  }

  readonly fail = (message: string): void => {
    this.#violation ??= new Violation(message);
  };

  /** @throws {Violation} what was found since the last time */
  check(): void {
    if (this.#violation) throw this.#violation;
  }

  makeDevice(userId: string, name: string, seed: number): Device {
    const { tenant, network, clock, sent, fail } = this;
    const { sync } = this.plan;
    return new Device({ tenant, userId, name, network, clock, sync, sent, fail, random: createRandom(seed) });
  }

  /** Lets the next things happen: deliveries mostly, and time now and then. Ends early when nothing is on its way. */
  async goOn(random: Random, faults: Faults, limit: number): Promise<void> {
    for (let step = 0; step < limit; step += 1) {
      const enabled = this.network.listEnabled();
      if (enabled.length === 0) {
        if (random.chance(0.5)) return;
        await this.pass(random.between(1, 400));
      } else if (random.chance(0.02)) await this.pass(random.between(1, 200));
      else {
        this.history.add(await random.pick(enabled).take(random, faults));
        this.deliveries += 1;
        await settle();
      }
      this.check();
    }
  }

  /** Lets everything that is on its way arrive. */
  async deliverAll(random: Random): Promise<void> {
    for (let enabled = this.network.listEnabled(); enabled.length > 0; enabled = this.network.listEnabled()) {
      this.history.add(await random.pick(enabled).take(random, calm));
      this.deliveries += 1;
      await settle();
      this.check();
    }
  }

  pass(ms: number): Promise<void> {
    return this.clock.passUntil(this.clock.now() + ms, settle);
  }

  /** Goes on without faults until a condition holds. @throws {Violation} if it does not within so much time */
  async until(isDone: () => boolean, what: () => string, random: Random, ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await settle();
    await this.deliverAll(random);
    while (!isDone()) {
      const next = this.clock.nextAt();
      if (next === undefined || next > end) throw new Violation(what());
      await this.clock.passUntil(next, settle);
      await this.deliverAll(random);
    }
  }

  async close(): Promise<void> {
    for (const device of this.devices) device.kill();
    await this.server.close();
  }
}
