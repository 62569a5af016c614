/** Takes away notifications of what has been read elsewhere, or is no longer there. */
import type { Services, Writer } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import type { JobKinds } from "../../jobs/job-kinds.ts";
import type { PushOutcome } from "../../ports/push/push-sender.ts";
import { findTotalUnread } from "../rooms/rooms-access.ts";
import { settleAll, toNoted, toRunAt } from "./deliver.ts";
import { leaveOutFocused } from "./focused.ts";
import {
  findStale,
  isStillShown,
  removeShown,
  type ShownFilter,
  type ShownRow,
  saveResults,
  toRetryKey,
} from "./push-store.ts";
import { toClearNotification } from "./to-notification.ts";

const pageSize = 64;
/** With pauses that grow to an hour, at most two hours; what is shown then stays, until the next notification takes its place. */
const mostFailures = 12;
/** Shorter than the pause between two reconciliations, so that they don't overlap. */
const longestRoundMs = 180_000;
/** What has been shown for so long is let be; providers keep nothing longer either. */
const longestShownMs = 28 * 86_400_000;

type Reached = ShownRow & { push_provider: NonNullable<ShownRow["push_provider"]>; push_token: string };

/** Takes away the notifications of users who have read. */
export async function clearRead(services: Services, { pairs, again }: JobKinds["push.clear"]): Promise<void> {
  const roomIds = [...new Set(pairs.map(({ roomId }) => roomId))];
  await services.push.turns(roomIds, async () => {
    const [pair] = pairs;
    if (!again || !pair) return clearShown(services, { pairs });
    const place = { room_id: pair.roomId, user_id: pair.userId, device_id: again.deviceId };
    return clearShown(services, { place }, again.failures);
  });
}

/**
 * Takes away what is stale of some rooms, of users in rooms, or of one place. Idempotent; what fails comes up again.
 * @param failures how often it failed before
 */
export async function clearShown(
  services: Services,
  of: Exclude<ShownFilter["of"], "all">,
  failures = 0,
): Promise<void> {
  let after: ShownRow | undefined;
  do {
    const rows = await findPage(services, of, after);
    await clearPage(services, rows, failures);
    after = rows.length === pageSize ? rows.at(-1) : undefined;
  } while (after !== undefined);
}

/** Takes away what is stale anywhere, each room in its turn; what is too much for a round is left to the next. */
export async function clearAll(services: Services): Promise<void> {
  const until = performance.now() + longestRoundMs;
  let after: ShownRow | undefined;
  do {
    const rows = await findPage(services, "all", after);
    const pairs = rows.map((row) => ({ roomId: row.room_id, userId: row.user_id }));
    // What has changed since is found again, within the rooms' turn: a newer notification must not be taken away.
    await clearRead(services, { pairs });
    after = rows.length === pageSize ? rows.at(-1) : undefined;
  } while (after !== undefined && performance.now() < until);
}

function findPage({ db, clock }: Services, of: ShownFilter["of"], after: ShownRow | undefined): Promise<ShownRow[]> {
  return findStale(db, { of, after, limit: pageSize }, new Date(clock.now().getTime() - longestShownMs));
}

async function clearPage(services: Services, rows: readonly ShownRow[], failures: number): Promise<void> {
  if (rows.length === 0) return;
  const { db, clock } = services;
  // A device that somebody looks at takes its notifications away itself, and one without a token is not reached.
  const reached = (await leaveOutFocused(services, rows)).filter(isReached);
  const badges = await findTotalUnread(db, reached);
  const { done: sent, failure } = await settleAll(
    reached.map(async (row) => {
      const badge = badges.get(row.user_id)?.get(row.tenant_id) ?? 0;
      return { row, outcome: await sendClear(services, row, badge) };
    }),
  );
  const isTooOften = failures >= mostFailures;
  const tryAgain = sent.filter(({ outcome }) => isPassing(outcome) && !isTooOften);
  const unknown = reached.filter((row) => !sent.some((each) => each.row === row));
  const kept = new Set<ShownRow>([...tryAgain.map(({ row }) => row), ...unknown]);
  await db.transaction().execute(async (tx) => {
    await saveResults(
      tx,
      sent.flatMap(({ row, outcome }) => (outcome ? toNoted(row, outcome) : [])),
      clock.now(),
    );
    await removeShown(
      tx,
      rows.filter((row) => !kept.has(row)),
    );
    for (const { row, outcome } of tryAgain.toSorted(byKey)) await planRetry(services, tx, row, outcome, failures + 1);
  });
  if (failure) throw failure.reason;
}

function byKey(a: { row: ShownRow }, b: { row: ShownRow }): number {
  return toRetryKey(a.row) < toRetryKey(b.row) ? -1 : 1;
}

async function planRetry(
  { clock }: Services,
  tx: Writer,
  row: ShownRow,
  outcome: PushOutcome | undefined,
  failures: number,
): Promise<void> {
  await addJob(tx, clock, {
    kind: "push.clear",
    key: toRetryKey(row),
    payload: { pairs: [{ roomId: row.room_id, userId: row.user_id }], again: { deviceId: row.device_id, failures } },
    runAt: toRunAt(clock, outcome, failures),
  });
}

// Safari withdraws its permission from sites that send what they don't show: there, the client tidies up when it opens.
async function sendClear({ db, push }: Services, row: Reached, badge: number): Promise<PushOutcome | undefined> {
  if (row.push_provider === "webpush" && row.push_token.includes("push.apple.com")) return undefined;
  const target = { provider: row.push_provider, token: row.push_token };
  return push.sender.sendIf(() => isStillShown(db, row), target, toClearNotification(row, badge));
}

function isReached(row: ShownRow): row is Reached {
  return row.push_provider !== null && row.push_token !== null;
}

function isPassing(outcome: PushOutcome | undefined): boolean {
  return outcome?.result === "failed" && outcome.isRetryable;
}
