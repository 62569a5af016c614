/** Sends fuzzed requests over a few connections and judges the answers. */
import { operations } from "@pipit/protocol/operations";
import { createRandom, type Random } from "../random.ts";
import { HttpLine } from "./http-line.ts";
import { judgeReply, type Verdict } from "./judge-reply.ts";
import { type FuzzRequest, makeRequest, restPrefix, toBytes } from "./make-requests.ts";
import type { HttpAnswer } from "./parse-answer.ts";
import type { Tally } from "./tally.ts";
import { toCurl } from "./to-curl.ts";
import type { World } from "./world.ts";

const lines = 16;
/** After so many requests the rooms are made anew. */
const furnishEvery = 500;
const thoroughShare = 0.2;
// Other faults are the API's to have, and are its 5xx; these two Node answers below it.
const below = [501, 505];

export type RequestsOptions = {
  url: string;
  world: World;
  seed: number;
  count: number;
  /** Not where calls are limited: furnishing would be. */
  isFurnished: boolean;
};

/** Sends `count` requests, or fewer once `tally` is full of problems. */
export async function runRequests(options: RequestsOptions, tally: Tally): Promise<void> {
  const until = tally.sent + options.count;
  await Promise.all(
    Array.from({ length: Math.min(lines, options.count) }, (_, index) => {
      return work(options, createRandom(options.seed + index * 7_919), tally, until);
    }),
  );
}

async function work(options: RequestsOptions, random: Random, tally: Tally, until: number): Promise<void> {
  const line = new HttpLine(options.url);
  try {
    while (tally.sent < until) {
      const request = makeRequest(random, options.world.pickCaller(random));
      tally.count(request.kind);
      const isDue = options.isFurnished && tally.sent % furnishEvery === 0;
      await attempt(line, request, options, random, tally);
      if (isDue) await options.world.furnish();
    }
  } finally {
    line.close();
  }
}

async function attempt(
  line: HttpLine,
  request: FuzzRequest,
  { url, world }: RequestsOptions,
  random: Random,
  tally: Tally,
): Promise<void> {
  const complain = (complaint: string): void => {
    const sent = [Buffer.concat(toBytes(request)).toString("base64")];
    tally.complain({ complaint, kind: request.kind, sent, again: toCurl(url, request) });
  };
  try {
    if (request.expects === "none") return await line.breakOff(toBytes(request));
    const isOdd = request.expects === "any";
    const answer = isOdd ? await line.tell(toBytes(request)) : await line.ask(toBytes(request));
    if (typeof answer === "string") {
      tally.note(answer);
      if (!isOdd) complain("the connection was closed instead of an answer");
      return;
    }
    const { outcome, complaint } = judge(request, answer, world, random.next() < thoroughShare);
    tally.note(outcome, request.name);
    if (complaint !== undefined) complain(complaint);
  } catch (error) {
    line.close();
    complain(error instanceof Error ? error.message : String(error));
  }
}

function judge(request: FuzzRequest, answer: HttpAnswer, world: World, isThorough: boolean): Verdict {
  const { status } = answer;
  if (request.expects === "any") {
    const isFault = status >= 500 && !below.includes(status);
    return { outcome: `status ${status}`, ...(isFault && { complaint: `status ${status}: ${toText(answer)}` }) };
  }
  const operation = request.expects === "operation" && request.name ? operations[request.name] : undefined;
  const reply = parse(answer);
  if (!request.target.startsWith(`${restPrefix}/`) || status === 204) return { outcome: `status ${status}` };
  const verdict = judgeReply({ reply, operation, status, isThorough });
  if (verdict.outcome === "ok") world.harvest(reply);
  return verdict.complaint === undefined
    ? verdict
    : { ...verdict, complaint: `${verdict.complaint} (status ${status}: ${toText(answer)})` };
}

function parse({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // What is no JSON is no envelope, and judged as that.
    return undefined;
  }
}

function toText({ body }: HttpAnswer): string {
  return JSON.stringify(body.toString().slice(0, 300));
}
