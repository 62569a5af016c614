/** Sends notifications and notes what became of them, so that the next pass knows. */
import type { Services, Writer } from "../../context.ts";
import { addJob } from "../../jobs/add-job.ts";
import { retryDelay } from "../../jobs/retry-delay.ts";
import type { PushNotification, PushOutcome } from "../../ports/push/push-sender.ts";
import { type DueRow, type Noted, saveResults, saveShown, toRetryKey } from "./push-store.ts";

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
  const delivered = await Promise.all(deliveries.map((delivery) => send(services, delivery)));
  await services.db.transaction().execute((tx) => note(services, tx, delivered, failures));
}

async function send({ push }: Services, delivery: Delivery): Promise<Delivered> {
  const { push_provider: provider, push_token: token } = delivery.row;
  return { ...delivery, outcome: await push.sender.send({ provider, token }, delivery.notification) };
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
  const pauseMs = Math.max(retryDelay(failures), (outcome.retryAfterSeconds ?? 0) * 1000);
  await addJob(tx, clock, {
    kind: "push.notify",
    key: toRetryKey(row),
    payload: { roomId: row.room_id, userId: row.user_id, deviceId: row.device_id, failures },
    runAt: new Date(clock.now().getTime() + pauseMs),
  });
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
