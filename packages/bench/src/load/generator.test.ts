import { expect, test } from "vitest";
import { findFreePort } from "../processes/free-port.ts";
import { type LoadGenerator, startLoadGenerator } from "../processes/load-generator.ts";
import { startRelay } from "../processes/relay-server.ts";
import { withScope } from "../processes/scope.ts";

const secret = "s".repeat(32);

function withConnected<T>(work: (generator: LoadGenerator) => Promise<T>): Promise<T> {
  return withScope(async (scope) => {
    const relay = await startRelay(scope, await findFreePort());
    const generator = await startLoadGenerator(scope);
    await generator.order("connect", { target: "relay", url: relay.url, secret, pairs: 5, userPrefix: "u" });
    return work(generator);
  });
}

test("a saturated round delivers what it sends, once, and measures it", async () => {
  await withConnected(async (generator) => {
    const round = await generator.order("saturate", {
      target: "relay",
      idPrefix: "00000001-0000-7000-8000-",
      warmupSeconds: 0.1,
      seconds: 0.4,
      inFlight: 4,
      isRecorded: true,
    });
    expect(round).toMatchObject({ lost: 0, repeated: 0, unexpected: 0, refused: 0 });
    expect(round.delivered).toBe(round.sent);
    expect(round.ackedPerSecond).toBeGreaterThan(500);
    expect(round.ackLatency.p50).toBeGreaterThan(0);
  });
});

test("a paced round keeps its rate whatever the server could take", async () => {
  await withConnected(async (generator) => {
    const round = await generator.order("pace", {
      target: "relay",
      idPrefix: "00000002-0000-7000-8000-",
      warmupSeconds: 0.1,
      seconds: 1,
      perSecond: 200,
    });
    expect(round.deliveredPerSecond).toBeGreaterThan(180);
    expect(round.deliveredPerSecond).toBeLessThan(220);
    expect(round).toMatchObject({ lost: 0, repeated: 0, unexpected: 0 });
  });
});

test("an order that fails says why", async () => {
  await withConnected(async (generator) => {
    const order = { target: "nowhere", idPrefix: "", warmupSeconds: 0, seconds: 0, perSecond: 1 };
    await expect(generator.order("pace", order)).rejects.toThrow("not connected to nowhere");
  });
});
