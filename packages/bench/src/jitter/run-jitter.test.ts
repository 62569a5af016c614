import { expect, test } from "vitest";
import { withScope } from "../processes/scope.ts";
import { toJitterResult } from "./jitter-result.ts";
import { renderJitter } from "./render-jitter.ts";
import { runJitter } from "./run-jitter.ts";

test("a small run delivers everything once to all who sync, and says what it measured", async () => {
  const options = {
    seed: 7,
    devices: { sdk: 3, light: 3, plain: 2 },
    groupSize: 4,
    processes: 2,
    cuts: { everyMs: 800, forMs: 200 },
    pace: { messages: 12, perSecond: 6 },
  };
  const findings = await withScope((scope) => runJitter(scope, options, () => undefined));
  const result = toJitterResult(findings);
  expect(result.kinds).toMatchObject({
    sdk: { devices: 3, expected: 36, delivered: 36, repeated: 0, misplaced: 0 },
    light: { devices: 3, expected: 36, delivered: 36 },
    plain: { devices: 2, expected: 24 },
  });
  expect(result.phases).toMatchObject({ sdk: { rooms: 1 }, light: { rooms: 2 } });
  for (const kind of Object.values(result.kinds)) expect(kind.cuts).toBeGreaterThan(0);
  expect(result.kinds.light.replay_ms.count).toBeGreaterThan(0);
  expect(renderJitter(result)).toContain("seed 7");
}, 90_000);
