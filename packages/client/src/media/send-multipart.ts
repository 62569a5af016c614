/** Sends what an upload lacks in parts, a few at once, each to an address of its own. */
import type { Output } from "@pipit/protocol/operations";
import { persist } from "./persist.ts";
import type { Transfer } from "./transfer.ts";

export type MultipartTarget = Extract<Output<"media.resumeUpload">["resumable"], { protocol: "multipart" }>;
type Part = MultipartTarget["parts"][number];

const atOnce = 3;
const attempts = 4;
/** So many addresses come at once; where there are fewer, they are all that is missing. */
const mostAddresses = 1_000;

/**
 * When a part can't be sent, those under way still are, and no other is begun.
 * @returns whether this was all that was missing
 * @throws {PipitError} why the first part that failed did; the others that were sent stay
 */
export async function sendMultipart(transfer: Transfer, { partSize, parts }: MultipartTarget): Promise<boolean> {
  const isAll = parts.length < mostAddresses;
  const queue = [...parts];
  let underWay = 0;
  let kept = countKept(transfer.blob.size, parts, partSize, isAll);
  const work = async (): Promise<void> => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      let sent = 0;
      const tell = (bytes: number): void => {
        underWay += bytes - sent;
        sent = bytes;
        transfer.onSent(kept + underWay);
      };
      await sendPart(transfer, part, partSize, tell);
      kept += part.size;
      transfer.onKept(kept);
      tell(0);
    }
  };
  transfer.onKept(kept);
  const works = Array.from({ length: atOnce }, () =>
    work().catch((error: unknown) => {
      queue.length = 0;
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(works)).find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return isAll;
}

// Of more parts than there are addresses, nobody knows what of the rest is there.
function countKept(total: number, parts: Part[], partSize: number, isAll: boolean): number {
  const missing = parts.reduce((sum, { size }) => sum + size, 0);
  const known = isAll ? total : (parts.at(-1)?.partNumber ?? 0) * partSize;
  return Math.max(0, Math.min(total, known) - missing);
}

async function sendPart(
  { parts, blob, send, signal }: Transfer,
  { partNumber, url, size }: Part,
  partSize: number,
  onSent: (bytes: number) => void,
): Promise<void> {
  const start = (partNumber - 1) * partSize;
  const body = blob.slice(start, start + size);
  const work = (): Promise<unknown> =>
    send({ method: "PUT", url, headers: {}, body, signal, onSent }).catch((error) => {
      onSent(0);
      throw error;
    });
  await persist(parts, attempts, work, signal);
}
