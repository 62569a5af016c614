import { expect, test } from "vitest";
import { withScope } from "../processes/scope.ts";
import { listComplaints, toGroupResult } from "./group-result.ts";
import { renderGroup } from "./render-group.ts";
import { runGroup } from "./run-group.ts";

const options = {
  members: 30,
  guests: 6,
  online: { members: 10, guests: 4, outsiders: 3 },
  rounds: 2,
  warmUps: 0,
  each: 2,
  pageSize: 16,
};

test("a small run tells each member everything, nobody else anything, and says what it measured", async () => {
  const findings = await withScope((scope) => runGroup(scope, options, () => undefined));
  const result = toGroupResult(findings, 7);
  expect(result).toMatchObject({ breaches: 0, first_breaches: [], gaps: 0, lost_sockets: 0, wrong_answers: [] });
  // To a rename: the change at all members' sockets but the one that asked, and its system message at all of them.
  expect(result.kinds).toMatchObject({
    rename: { count: 4, delivered: 4 * (10 + 11) },
    add: { count: 12 },
    mention: { count: 4, delivered: 4 * (9 + 4 + 10 + 4) },
    info: { count: 4, heard_ms: null, delivered: 0 },
    info_next: { count: 4 },
    remove: { count: 12 },
  });
  for (const [kind, { answered_ms }] of Object.entries(result.kinds)) {
    expect(answered_ms.p50, kind).toBeGreaterThan(0);
    expect(renderGroup(result)).toContain(`target ${kind}.answered_ms.p99 at most 100`);
  }
  const slow = { ...result, targets: result.targets.map((target) => ({ ...target, actual: 101, met: false })) };
  expect(listComplaints(slow)).toContain("add.answered_ms.p99 is 101, not at most 100");
  // Had a guest's socket heard what a member's did, it would have been told of the time before, between and after.
  const leak = findings.heard.find(({ role }) => role === "member")?.facts ?? [];
  const heard = findings.heard.map((one) => (one.userId === "guest-0" ? { ...one, facts: leak } : one));
  const { first_breaches } = toGroupResult({ ...findings, heard }, 7);
  expect(first_breaches[0]).toMatch(/^group:updated of change \d+ reached guest-0, after their removal or before/);
}, 60_000);
