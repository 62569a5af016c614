/** Takes away notifications of what has been read elsewhere, or is no longer there. */
import type { Services } from "../../context.ts";
import type { JobKinds } from "../../jobs/job-kinds.ts";
import type { PushOutcome } from "../../ports/push/push-sender.ts";
import { findTotalUnread } from "../rooms/rooms-access.ts";
import { toNoted } from "./deliver.ts";
import { leaveOutFocused } from "./focused.ts";
import { findStale, removeShown, type ShownFilter, type ShownRow, saveResults } from "./push-store.ts";
import { toClearNotification } from "./to-notification.ts";

const pageSize = 200;
/** What has been shown for so long is let be; providers keep nothing longer either. */
const longestShownMs = 28 * 86_400_000;

type Reached = ShownRow & { push_provider: NonNullable<ShownRow["push_provider"]>; push_token: string };

/** Takes away the notifications of users who have read. */
export async function clearRead(services: Services, { pairs }: JobKinds["push.clear"]): Promise<void> {
  const roomIds = [...new Set(pairs.map(({ roomId }) => roomId))];
  await services.push.turns(roomIds, () => clearShown(services, { pairs }));
}

/** Takes away what is stale of some rooms, of users in rooms, or of all. Idempotent; what fails comes up again. */
export async function clearShown(services: Services, of: ShownFilter["of"]): Promise<void> {
  let after: ShownRow | undefined;
  do {
    const since = new Date(services.clock.now().getTime() - longestShownMs);
    const rows = await findStale(services.db, { of, after, limit: pageSize }, since);
    await clearPage(services, rows);
    after = rows.length === pageSize ? rows.at(-1) : undefined;
  } while (after !== undefined);
}

async function clearPage(services: Services, rows: readonly ShownRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { db, clock } = services;
  // A device that somebody looks at takes its notifications away itself, and one without a token is not reached.
  const reached = (await leaveOutFocused(services, rows)).filter(isReached);
  const badges = await findTotalUnread(db, reached);
  const sent = await Promise.all(
    reached.map(async (row) => {
      const badge = badges.get(row.user_id)?.get(row.tenant_id) ?? 0;
      return { row, outcome: await sendClear(services, row, badge) };
    }),
  );
  const tryAgain = new Set(sent.filter(({ outcome }) => isPassing(outcome)).map(({ row }): ShownRow => row));
  await db.transaction().execute(async (tx) => {
    await saveResults(
      tx,
      sent.flatMap(({ row, outcome }) => (outcome ? toNoted(row, outcome) : [])),
      clock.now(),
    );
    await removeShown(
      tx,
      rows.filter((row) => !tryAgain.has(row)),
    );
  });
}

// Safari withdraws its permission from sites that send what they don't show: there, the client tidies up when it opens.
async function sendClear({ push }: Services, row: Reached, badge: number): Promise<PushOutcome | undefined> {
  if (row.push_provider === "webpush" && row.push_token.includes("push.apple.com")) return undefined;
  return push.sender.send({ provider: row.push_provider, token: row.push_token }, toClearNotification(row, badge));
}

function isReached(row: ShownRow): row is Reached {
  return row.push_provider !== null && row.push_token !== null;
}

function isPassing(outcome: PushOutcome | undefined): boolean {
  return outcome?.result === "failed" && outcome.isRetryable;
}
