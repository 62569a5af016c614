import { describe, expect, it } from "vitest";
import { type Costs, type Machine, type People, planFor } from "./model.ts";

const costs: Costs = {
  nodeMicrosPerMessage: 100,
  databaseMicrosPerMessage: 50,
  nodeMicrosPerDelivery: 5,
  nodeMicrosPerCatchUp: 1_000,
  databaseMicrosPerCatchUp: 1_000,
  redisMicrosPerHint: 10,
  nodeBytesPerSocket: 30_000,
  databaseBytesPerMessage: 500,
  walBytesPerMessage: 1_000,
};
const people: People = {
  users: 86_400_000,
  connectedShare: 0,
  devicesPerUser: 1,
  messagesPerUserAndDay: 10,
  peakFactor: 1,
  deliveriesPerMessage: 1,
  remoteShare: 1,
  reconnectsPerHour: 0,
  keptDays: 0,
};
const machine: Machine = { cores: 10, memoryBytes: 30_000_000_000, diskBytes: 1e12, socketsPerCore: 1e6, usable: 0.5 };

describe("the model of scale", () => {
  it("counts processor time: 10,000 messages a second at 100 µs are one core, of which half may be used", () => {
    const plan = planFor(people, costs, machine, 0);
    expect(plan.peakMessagesPerSecond).toBe(10_000);
    expect(plan.nodes).toEqual({ machines: 1, limit: "processor" });
    expect(planFor({ ...people, peakFactor: 100 }, costs, machine, 0).nodes.machines).toBe(20);
    expect(planFor({ ...people, peakFactor: 100 }, costs, machine, 0).databases.machines).toBe(10);
    // Redis has one core: 10,000 hints at 10 µs are a tenth of it.
    expect(planFor({ ...people, peakFactor: 100 }, costs, machine, 0).redis.machines).toBe(20);
  });

  it("counts memory: a socket of a node, and says that it is memory that runs out", () => {
    const connected = { ...people, messagesPerUserAndDay: 0, connectedShare: 1 };
    // 86.4 million sockets of 30 kB, 15 GB a machine.
    expect(planFor(connected, costs, machine).nodes).toEqual({ machines: 173, limit: "memory" });
  });

  it("counts sockets: so many a process, and a process a core", () => {
    const connected = { ...people, messagesPerUserAndDay: 0, connectedShare: 1 };
    const few = { ...machine, socketsPerCore: 10_000 };
    expect(planFor(connected, costs, few).nodes).toEqual({ machines: 864, limit: "sockets" });
  });

  it("counts disk, and copies", () => {
    const kept = { ...people, keptDays: 365 };
    const { databases, databaseBytes } = planFor(kept, costs, machine, 2);
    expect(databaseBytes).toBe(86_400_000 * 10 * 365 * 500);
    expect(databases).toEqual({ machines: 3 * 316, limit: "disk" });
  });

  it("counts catching up, and deliveries beyond the first", () => {
    const base = { ...people, peakFactor: 100 };
    const wider = planFor({ ...base, deliveriesPerMessage: 21 }, costs, machine, 0);
    expect(wider.nodes.machines).toBe(40);
    const restless = planFor({ ...base, connectedShare: 1, reconnectsPerHour: 3600 / 86.4 }, costs, machine, 0);
    expect(restless.databases.machines).toBe(10 + 200);
  });
});
