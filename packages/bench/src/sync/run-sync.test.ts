import { expect, test } from "vitest";
import { withScope } from "../processes/scope.ts";
import { renderSync } from "./render-sync.ts";
import { runSync } from "./run-sync.ts";
import { listComplaints, toSyncResult } from "./sync-result.ts";

const options = {
  seed: 7,
  messages: { short: 100, long: 1_000 },
  rooms: 40,
  movingRooms: 10,
  messagesEach: 2,
  catchUps: 3,
};

test("a small run brings what moved, and says what it measured", async () => {
  const findings = await withScope((scope) => runSync(scope, options, () => undefined));
  const result = toSyncResult(findings);
  for (const found of [...findings.catchUps.short, ...findings.catchUps.long])
    expect(found).toMatchObject({ rooms: 10, messages: 20 });
  expect(result).toMatchObject({ short: { messages_of_history: 100, catch_ups: 3 }, long: { catch_ups: 3 } });
  for (const length of [result.short, result.long]) {
    expect(length.total_ms.p50).toBeGreaterThan(0);
    expect(length.total_bytes).toBe(length.chats_bytes + length.messages_bytes);
  }
  expect(result.load_bytes).toBeGreaterThan(result.short.chats_bytes);
  expect(renderSync(result)).toContain("10 of 40 rooms moved");
  const lacking = { ...findings, options: { ...options, messagesEach: 3 } };
  expect(listComplaints(result, lacking)).toContain("6 catch-ups did not bring 30 messages");
}, 90_000);
