/** More messages than a server can take, whether or not it answers, and then fewer again. */
import { setTimeout as sleep } from "node:timers/promises";
import { Samples, type Summary } from "../statistics.ts";
import { Ledger, type RoundCounts } from "./ledger.ts";
import { bookDeliveries, type Line, sendLine } from "./pairs.ts";

const tickMs = 5;
/** After which a client takes a message for unanswered and sends it again. */
const answerTimeoutMs = 10_000;
const settleTimeoutMs = 30_000;

export type OverloadOptions = {
  idPrefix: string;
  /** What is offered, and for how long. */
  perSecond: number;
  seconds: number;
  /** What is offered after that. */
  afterPerSecond: number;
  afterSeconds: number;
};

/** What was answered within one second of the run, by when it was answered. */
export type Second = {
  acked: number;
  refused: number;
  /** Of the answers, milliseconds since the message left. */
  p99: number;
};

export type OverloadResult = RoundCounts & {
  /** What really left the generator, a second, while as much as possible was offered. */
  offeredPerSecond: number;
  /** Refusals by their code. */
  codes: Record<string, number>;
  /** Answered after the client had given them up, or never. */
  late: number;
  unanswered: number;
  seconds: Second[];
  ackLatency: Summary;
  refusalLatency: Summary;
};

type Bucket = { acked: number; refused: number; samples: Samples };

/** What is answered, and when. */
class Timeline {
  readonly ack = new Samples();
  readonly refusal = new Samples();
  readonly codes: Record<string, number> = {};
  late = 0;
  answered = 0;
  readonly #buckets: Bucket[] = [];
  readonly #startedAt = performance.now();

  answer(sentAt: number, text: string): void {
    const now = performance.now();
    const bucket = this.#bucketAt(now);
    this.answered += 1;
    bucket.samples.add(now - sentAt);
    if (now - sentAt > answerTimeoutMs) this.late += 1;
    else if (text.startsWith('[{"success":true')) {
      bucket.acked += 1;
      this.ack.add(now - sentAt);
    } else this.#refuse(bucket, text, now - sentAt);
  }

  seconds(): Second[] {
    // A second in which nothing was answered has no bucket.
    return Array.from(this.#buckets, (bucket) => ({
      acked: bucket?.acked ?? 0,
      refused: bucket?.refused ?? 0,
      p99: bucket?.samples.summarize().p99 ?? 0,
    }));
  }

  #refuse(bucket: Bucket, text: string, ms: number): void {
    const code = /"code":"(\w+)"/.exec(text)?.[1] ?? "unknown";
    bucket.refused += 1;
    this.refusal.add(ms);
    this.codes[code] = (this.codes[code] ?? 0) + 1;
  }

  #bucketAt(now: number): Bucket {
    const second = Math.floor((now - this.#startedAt) / 1000);
    const bucket = this.#buckets[second] ?? { acked: 0, refused: 0, samples: new Samples() };
    this.#buckets[second] = bucket;
    return bucket;
  }
}

export async function overload(lines: readonly Line[], options: OverloadOptions): Promise<OverloadResult> {
  const ledger = new Ledger(options.idPrefix);
  const timeline = new Timeline();
  bookDeliveries(lines, ledger);
  let sent = 0;
  const send = (): void => {
    const line = lines[sent % lines.length];
    const sentAt = performance.now();
    sent += 1;
    if (!line) return;
    sendLine(line, ledger.send(), (answer) => {
      ledger.acknowledge(answer);
      timeline.answer(sentAt, answer);
    });
  };
  await offer(options.perSecond, options.seconds, send);
  const offeredPerSecond = sent / options.seconds;
  await offer(options.afterPerSecond, options.afterSeconds, send);
  const deadline = performance.now() + settleTimeoutMs;
  while (!ledger.isSettled() && performance.now() < deadline) await sleep(25);
  return {
    ...ledger.count(),
    offeredPerSecond,
    codes: timeline.codes,
    late: timeline.late,
    unanswered: sent - timeline.answered,
    seconds: timeline.seconds(),
    ackLatency: timeline.ack.summarize(),
    refusalLatency: timeline.refusal.summarize(),
  };
}

/** Sends at a rate, however long it takes to be answered. What a busy tick could not send, the next one does not make up for. */
async function offer(perSecond: number, seconds: number, send: () => void): Promise<void> {
  const endsAt = performance.now() + seconds * 1000;
  let lastAt = performance.now();
  let owed = 0;
  while (performance.now() < endsAt) {
    const now = performance.now();
    owed = Math.min(owed + ((now - lastAt) / 1000) * perSecond, perSecond / 10);
    lastAt = now;
    for (; owed >= 1; owed -= 1) send();
    await sleep(tickMs);
  }
}
