/** Sends fuzzed frames over a few connections, judges the answers, and opens a connection again when it was closed. */
import { events } from "@pipit/protocol/events";
import { listOperations, type OperationName, operations } from "@pipit/protocol/operations";
import { createRandom, type Random } from "../random.ts";
import { FrameLine } from "./frame-line.ts";
import { judgeReply } from "./judge-reply.ts";
import { type FuzzFrames, makeDeadly, makeHarmless } from "./make-frames.ts";
import type { Caller } from "./make-requests.ts";
import { toFrame } from "./raw-frames.ts";
import type { Tally } from "./tally.ts";
import type { World } from "./world.ts";

const lines = 12;
const perBatch = 40;
const deadlyShare = 0.5;
/** After so many batches the connection is closed, for one of somebody else. */
const batchesPerConnection = 25;
const furnishEvery = 10_000;
const patienceMs = 30_000;
const shortPatienceMs = 300;
const thoroughShare = 0.05;
const maxRefusals = 200;

export type FramesOptions = { url: string; world: World; seed: number; count: number; isFurnished: boolean };

export async function runFrames(options: FramesOptions, tally: Tally): Promise<void> {
  const until = tally.sent + options.count;
  await Promise.all(
    Array.from({ length: Math.min(lines, options.count) }, async (_, index) => {
      const random = createRandom(options.seed + 1 + index * 104_729);
      for (let refusals = 0; tally.sent < until && refusals < maxRefusals; ) {
        const isLetIn = await runConnection(options, random, tally, until);
        refusals = isLetIn ? 0 : refusals + 1;
      }
    }),
  );
}

/** Lives through one connection. @returns whether it was let in */
async function runConnection(options: FramesOptions, random: Random, tally: Tally, until: number): Promise<boolean> {
  const caller = options.world.pickCaller(random);
  const line = await open(options.url, caller, tally);
  if (!line) return false;
  const asked = new Asked(line, random, tally);
  for (let batch = 0; batch < batchesPerConnection && tally.sent < until && !line.isClosed; batch += 1) {
    const before = tally.sent;
    await runBatch(line, asked, caller, random, tally);
    const isDue = Math.floor(tally.sent / furnishEvery) > Math.floor(before / furnishEvery);
    if (isDue && options.isFurnished) await options.world.furnish();
  }
  line.close();
  return true;
}

async function open(url: string, { token }: Caller, tally: Tally): Promise<FrameLine | undefined> {
  const line = await FrameLine.signIn(url, token);
  if (typeof line !== "string") return line;
  // A user may have so many sockets and no more; those that were closed a moment ago may still be counted.
  tally.note(line.includes("rate_limited") ? "connection refused: rate_limited" : "connection refused");
  if (!line.includes("rate_limited")) complain(tally, `a connection was not let in: ${line}`, "connect", []);
  return undefined;
}

async function runBatch(line: FrameLine, asked: Asked, caller: Caller, random: Random, tally: Tally): Promise<void> {
  const batch = Array.from({ length: perBatch }, () => makeHarmless(random, caller, asked.nextId()));
  const last = random.next() < deadlyShare ? makeDeadly(random, caller, asked.nextId()) : undefined;
  const isAtOnce = last !== undefined && random.next() < 0.5;
  const sent = isAtOnce ? [...batch, last] : batch;
  for (const { kind, frames } of last ? [...batch, last] : batch) tally.count(kind, frames.length);
  asked.send(sent);
  await asked.settle(isAtOnce ? shortPatienceMs : patienceMs);
  if (!isAtOnce) asked.requireAll(batch);
  if (last && !isAtOnce && !line.isClosed) {
    asked.send([last]);
    await asked.settle(shortPatienceMs);
  }
  if (last) {
    tally.note(line.closeCode !== undefined ? `closed ${line.closeCode}` : line.isClosed ? "closed" : "lives on");
    line.close();
  }
}

const replyNames = new Set(listOperations().map(({ operation }) => operation.socket?.reply));

type Question = { name: OperationName | undefined; kind: string; frame: Buffer };

/** What was asked over a connection and has not been answered. */
class Asked {
  readonly #line: FrameLine;
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #questions = new Map<number, Question>();
  #lastId = 1_000;
  #toldWhy: string | undefined;
  #onSettled: (() => void) | undefined;

  constructor(line: FrameLine, random: Random, tally: Tally) {
    this.#line = line;
    this.#random = random;
    this.#tally = tally;
    line.onText = (text) => this.#hear(text);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Sends all, and behind it a question that a server that goes on answers. */
  send(batch: readonly FuzzFrames[]): void {
    const id = this.nextId();
    const probe = toFrame(`42${id}["unread:get",{}]`);
    for (const { frames, asks, kind } of batch) {
      const [frame] = frames;
      const ackId = frame && /^42(\d{4,9})\[/.exec(frame.toString("latin1", 2, 40).replace(/^[^4]*/, ""))?.[1];
      if (frame && ackId !== undefined) this.#questions.set(Number(ackId), { name: asks, kind, frame });
    }
    this.#questions.set(id, { name: "rooms.unread", kind: "probe", frame: probe });
    this.#line.send([...batch.flatMap(({ frames }) => frames), probe]);
  }

  /** Waits until all is answered, or the connection is closed, or time is up. */
  async settle(forMs: number): Promise<void> {
    const deadline = performance.now() + forMs;
    while (this.#questions.size > 0 && !this.#line.isClosed && performance.now() < deadline) {
      await this.#line.wait(deadline - performance.now(), (tell) => {
        this.#onSettled = tell;
      });
    }
  }

  /** Complains of what has gone without an answer. */
  requireAll(batch: readonly FuzzFrames[]): void {
    const missing = [...this.#questions.values()];
    this.#questions.clear();
    if (this.#line.isClosed && this.#toldWhy === undefined) {
      const code = this.#line.closeCode ?? "none";
      complain(
        this.#tally,
        `harmless frames closed the connection (code ${code})`,
        "batch",
        batch.flatMap(({ frames }) => frames),
      );
    } else if (!this.#line.isClosed && missing.length > 0) {
      const [first] = missing;
      complain(
        this.#tally,
        `${missing.length} events were not acknowledged, first ${first?.name}`,
        first?.kind ?? "",
        missing.map(({ frame }) => frame),
      );
      this.#line.close();
    }
    if (this.#toldWhy !== undefined) this.#tally.note(`told to close: ${this.#toldWhy}`);
  }

  #hear(text: string): void {
    if (text.startsWith("43")) this.#hearAck(text);
    else if (text.startsWith("42")) this.#hearEvent(text);
    else if (text.startsWith("41")) this.#line.close();
    if (this.#questions.size === 0) this.#onSettled?.();
  }

  #hearAck(text: string): void {
    const at = text.indexOf("[");
    const id = Number(text.slice(2, at));
    const question = this.#questions.get(id);
    this.#questions.delete(id);
    const [reply] = JSON.parse(text.slice(at)) as [unknown];
    const operation = question?.name === undefined ? undefined : operations[question.name];
    const isThorough = this.#random.next() < thoroughShare;
    const { outcome, complaint } = judgeReply({ reply, operation, isThorough });
    if (question?.kind !== "probe") this.#tally.note(outcome, question?.name);
    if (complaint !== undefined)
      complain(
        this.#tally,
        `${complaint}: ${text.slice(0, 300)}`,
        question?.kind ?? "unknown",
        question ? [question.frame] : [],
      );
  }

  #hearEvent(text: string): void {
    const isError = /^42\["[^"]*error",/.test(text);
    if (!isError && !text.startsWith('42["sync:required"') && this.#random.next() > thoroughShare) return;
    const [name, payload] = JSON.parse(text.slice(2)) as [string, unknown];
    if (name === "sync:required") this.#toldWhy = String((payload as { reason?: unknown }).reason);
    if (isError) this.#judgeError(text, payload);
    else if (Object.hasOwn(events, name)) this.#judgeEvent(name as keyof typeof events, payload, text);
  }

  #judgeError(text: string, payload: unknown): void {
    const reply = { success: false, ...(payload as object) };
    const { outcome, complaint } = judgeReply({ reply, operation: undefined, isThorough: false });
    this.#tally.note(outcome);
    if (complaint !== undefined) complain(this.#tally, `${complaint}: ${text.slice(0, 300)}`, "event", []);
  }

  #judgeEvent(name: keyof typeof events, payload: unknown, text: string): void {
    // Some events are answers as well, with what their operation gives.
    if (replyNames.has(name)) return;
    const parsed = events[name].payload.safeParse(payload);
    if (parsed.success) return;
    complain(
      this.#tally,
      `an event that its schema refuses (${parsed.error.message}): ${text.slice(0, 1_000)}`,
      name,
      [],
    );
  }
}

function complain(tally: Tally, complaint: string, kind: string, frames: readonly Buffer[]): void {
  tally.complain({ complaint, kind, sent: frames.map((frame) => frame.toString("base64")) });
}
