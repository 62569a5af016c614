/** Presence in one process keeps the port's contract, and what it keeps is bounded by who is there. */
import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { createMemoryPresence } from "./memory-presence.ts";
import { describePresence } from "./presence-contract.fixture.ts";

function start(errors: unknown[] = []) {
  const clock = createFakeClock();
  const presence = createMemoryPresence({ clock, timers: clock, onError: (error) => errors.push(error) });
  return { clock, presence };
}

describePresence("one process", async () => {
  const { clock, presence } = start();
  const pass = async (seconds: number): Promise<void> => clock.pass(seconds);
  return { here: presence, there: presence, now: clock.now, pass, close: () => presence.close() };
});

describe("memory presence", () => {
  it("tells of a listener's fault", async () => {
    const errors: unknown[] = [];
    const { presence } = start(errors);
    const fault = new Error("a fault of the listener");
    presence.watch(() => {
      throw fault;
    });
    await presence.enter({ tenantId: "t", userId: "ada", socketId: "s", deviceId: undefined });
    expect(errors).toEqual([fault]);
  });

  it("tells nothing of those who were in their grace when it was closed", async () => {
    const { clock, presence } = start();
    const ada = { tenantId: "t", userId: "ada", socketId: "s", deviceId: "d" };
    await presence.enter(ada);
    await presence.leave(ada);
    const told: unknown[] = [];
    presence.watch((change) => told.push(change));
    await presence.close();
    clock.pass(60);
    expect(told).toEqual([]);
    expect(await presence.findOnline("t", ["ada"])).toEqual(new Set());
  });
});
