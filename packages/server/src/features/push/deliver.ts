/** Sends notifications and notes what became of them, so that the next pass knows. */
import type { Clock } from "../../clock.ts";
import type { Services, Writer } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { retryDelay } from "../../jobs/retry-delay.ts";
import type { PushNotification, PushOutcome } from "../../ports/push/push-sender.ts";
import { type DueRow, isStillDue, type Noted, saveResults, saveShown, toRetryKey } from "./push-store.ts";

/** With pauses that grow to an hour, about five hours; then the next message tries again. */
const mostFailures = 14;

type Delivery = { row: DueRow; notification: PushNotification };
type Delivered = Delivery & { outcome: PushOutcome };

/**
 * Sends notifications of messages. Who dies before the outcome is noted has sent it, and it is sent again: the device
 * shows one, since both have the same tag.
 * @param failures how often it failed before
 */
export async function deliver(services: Services, deliveries: readonly Delivery[], failures: number): Promise<void> {
  if (deliveries.length === 0) return;
  const { done, failure } = await settleAll(deliveries.map((delivery) => send(services, delivery)));
  const delivered = done.flat();
  await services.db.transaction().execute((tx) => note(services, tx, delivered, failures));
  if (failure) throw failure.reason;
}

/** What was done, and the first failure: what went out is noted before that is thrown. */
export async function settleAll<Value>(
  running: readonly Promise<Value>[],
): Promise<{ done: Value[]; failure: PromiseRejectedResult | undefined }> {
  const ended = await Promise.allSettled(running);
  const done = ended.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  return { done, failure: ended.find((end) => end.status === "rejected") };
}

// A page may have been decided on long before the turn of its last device comes.
async function send({ db, push }: Services, delivery: Delivery): Promise<Delivered[]> {
  const { push_provider: provider, push_token: token } = delivery.row;
  const isDue = () => isStillDue(db, delivery.row);
  const outcome = await push.sender.sendIf(isDue, { provider, token }, delivery.notification);
  return outcome ? [{ ...delivery, outcome }] : [];
}

async function note(services: Services, tx: Writer, delivered: readonly Delivered[], failures: number): Promise<void> {
  const now = services.clock.now();
  await saveResults(
    tx,
    delivered.map(({ row, outcome }) => toNoted(row, outcome)),
    now,
  );
  const sent = delivered.filter(({ outcome }) => outcome.result === "sent");
  await saveShown(
    tx,
    sent.map(({ row }) => ({ ...row, up_to: row.sequence })),
    now,
  );
  for (const { row, outcome } of sortByKey(delivered)) await planRetry(services, tx, row, outcome, failures + 1);
}

// addJob wants the order of the keys.
function sortByKey(delivered: readonly Delivered[]): Delivered[] {
  return delivered.toSorted((a, b) => (toRetryKey(a.row) < toRetryKey(b.row) ? -1 : 1));
}

async function planRetry({ clock }: Services, tx: Writer, row: DueRow, outcome: PushOutcome, failures: number) {
  if (outcome.result !== "failed" || !outcome.isRetryable || failures > mostFailures) return;
  await addJob(tx, clock, {
    kind: "push.notify",
    key: toRetryKey(row),
    payload: { roomId: row.room_id, userId: row.user_id, deviceId: row.device_id, failures },
    runAt: toRunAt(clock, outcome, failures),
  });
}

/** When to try again what failed so often: not sooner than the provider says. */
export function toRunAt(clock: Clock, outcome: PushOutcome | undefined, failures: number): Date {
  const askedMs = outcome?.result === "failed" ? (outcome.retryAfterSeconds ?? 0) * 1000 : 0;
  return new Date(clock.now().getTime() + Math.max(retryDelay(failures), askedMs));
}

const resultOf = { sent: "sent", dead: "dropped", failed: "failed" } as const;

/** What a device is told of its last notification. */
export function toNoted(
  row: { tenant_id: string; user_id: string; device_id: string; push_token: string },
  outcome: PushOutcome,
): Noted {
  return {
    key: { tenantId: row.tenant_id, userId: row.user_id, deviceId: row.device_id },
    token: row.push_token,
    result: resultOf[outcome.result],
    detail: outcome.result === "sent" ? null : outcome.detail,
  };
}
