/** Who waits for whom, and what operators see of it. */
import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { createMetrics } from "../../metrics.ts";
import { createLane } from "./create-lane.ts";
import { createPushSender } from "./create-push-sender.ts";
import { message } from "./push-adapter-contract.fixture.ts";
import type { PushOutcome } from "./push-sender.ts";
import { createPushWatch } from "./push-watch.ts";

/** Work that begins, and ends when it is told to. */
function createWork() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.push(() => resolve(name)));
  };
  return { begun, ends, work };
}

it("[G11] a host that does not answer holds up its own only, and nobody for ever", async () => {
  const lane = createLane({ most: 3, mostPerHost: 2, longestWaitMs: 30 });
  const { begun, ends, work } = createWork();
  const slow = [lane("slow", work("s1")), lane("slow", work("s2")), lane("slow", work("s3"))];
  const [quick, late] = [lane("quick", work("q1")), lane("quick", work("q2"))];
  expect(begun).toEqual(["s1", "s2", "q1"]);
  ends[2]?.();
  expect(await quick).toBe("q1");
  await expect.poll(() => begun).toEqual(["s1", "s2", "q1", "q2"]);
  expect(await slow[2]).toBeUndefined();
  for (const end of ends) end();
  expect(await Promise.all([slow[0], slow[1], late])).toEqual(["s1", "s2", "q2"]);
  await expect(lane("slow", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

it("[U10][G11] a test does not wait for deliveries, and what is no longer due is not sent", async () => {
  const { begun, ends, work } = createWork();
  const send = async (token: string): Promise<PushOutcome> => {
    await work(token)();
    return { result: "sent" };
  };
  const sender = createPushSender({ fcm: { send, close: async () => {} } });
  const to = (token: string) => ({ provider: "fcm", token }) as const;
  const deliveries = Array.from({ length: 33 }, (_, n) => sender.send(to(`d${n}`), message));
  const test = sender.send(to("test"), { ...message, type: "test" });
  await expect.poll(() => begun).toHaveLength(33);
  expect(begun.at(-1)).toBe("test");
  const undue = sender.sendIf(async () => false, to("undue"), message);
  for (let n = 0; n < 34; n += 1) {
    await expect.poll(() => begun.length).toBeGreaterThan(n);
    ends[n]?.();
  }
  await Promise.all([...deliveries, test]);
  expect([await undue, begun.includes("undue")]).toEqual([undefined, false]);
});

it("counts what became of each, and says once a minute that settings seem to be wrong", async () => {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const said: object[] = [];
  const quiet = (): void => {};
  const log = { debug: quiet, info: quiet, error: quiet, warn: (fields: object) => said.push(fields) };
  const watch = createPushWatch({ clock, log, observe: metrics.observePush });
  const refused = { result: "failed", isRetryable: false, isOursToMend: true, detail: "403" } as const;
  watch("apns", refused);
  watch("apns", refused);
  watch("fcm", { ...refused, isOursToMend: false, isRetryable: true });
  watch("fcm", { result: "sent" });
  clock.pass(60);
  watch("apns", refused);
  expect(said).toEqual(Array.from({ length: 2 }, () => ({ provider: "apns", detail: "403" })));
  const figures = await metrics.registry.getSingleMetricAsString("pipit_push_total");
  expect(figures).toContain('pipit_push_total{provider="apns",result="failed"} 3');
  expect(figures).toContain('pipit_push_total{provider="fcm",result="retried"} 1');
  expect(figures).toContain('pipit_push_total{provider="fcm",result="sent"} 1');
});
