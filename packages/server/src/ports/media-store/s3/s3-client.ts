/** Calls to one bucket: signed, repeated a little when they fail for the moment, with S3's refusals told apart. */
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { storageAway } from "../storage-error.ts";
import { readXml, type XmlElement } from "./read-xml.ts";
import type { ToAddress } from "./s3-address.ts";
import { exchange, type S3Answer, type S3Body } from "./s3-exchange.ts";
import { isErrorBody, isPassing, PassingFailure, S3Refusal, toAppError, toRefusal } from "./s3-failure.ts";
import type { S3Signer } from "./s3-signer.ts";

type S3Call = {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Without one, the bucket itself is meant. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: S3Body | string;
  /** Whether the store may have much to do before it answers. */
  isSlow?: boolean;
};

export type S3Client = {
  /** Sends a call and reads its answer. @throws {AppError | S3Refusal} */
  send(call: S3Call): Promise<{ status: number; headers: Headers; text: string }>;
  /** Sends a call whose answer is XML. @throws {AppError | S3Refusal} */
  ask(call: S3Call): Promise<XmlElement>;
  /** Sends a call and gives the stream of its answer. @throws {AppError | S3Refusal} */
  open(call: S3Call): Promise<{ status: number; headers: Headers; body: Readable }>;
};

type Options = { toAddress: ToAddress; signer: S3Signer; timeoutMs: number; pauseMs: number };

const attempts = 3;
const slowFactor = 10;
const largestText = 8 * 1024 * 1024;

export function createClient(options: Options): S3Client {
  const send = (call: S3Call) =>
    persist(options.pauseMs, async () => {
      const answer = await begin(options, call);
      const text = await readText(answer);
      if (isErrorBody(text)) throw sort(toRefusal(500, text));
      return { status: answer.status, headers: answer.headers, text };
    });
  return {
    send,
    ask: async (call) => toElement((await send(call)).text),
    open: (call) => persist(options.pauseMs, () => begin(options, call)),
  };
}

/** The head of a successful answer. */
async function begin({ toAddress, signer, timeoutMs }: Options, call: S3Call): Promise<S3Answer> {
  const { method, key, query, headers = {}, body, isSlow } = call;
  const url = toAddress(key, query);
  const answer = await exchange({
    ...{ method, url, headers: await signer.sign(method, url, headers) },
    ...{ body: typeof body === "string" ? toBody(body) : body, timeoutMs: isSlow ? timeoutMs * slowFactor : timeoutMs },
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw sort(toRefusal(answer.status, await readText(answer)));
}

/** A refusal is tried again, told to the caller as it is, or means the same whatever was asked. */
function sort(refusal: S3Refusal): Error {
  if (isPassing(refusal)) return new PassingFailure(refusal.message, refusal);
  return toAppError(refusal) ?? refusal;
}

async function persist<Value>(pauseMs: number, attempt: () => Promise<Value>): Promise<Value> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      if (count >= attempts) throw storageAway(error);
    }
    // Not all at the same moment again.
    await sleep(pauseMs * 2 ** (count - 1) * (0.5 + Math.random()));
  }
}

async function readText({ body }: S3Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestText) throw storageAway(new Error("S3 answered with more text than it ever should"));
  }
  return Buffer.concat(chunks).toString();
}

function toElement(text: string): XmlElement {
  try {
    return readXml(text.trim());
  } catch (error) {
    throw storageAway(error);
  }
}

function toBody(text: string): S3Body {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** The value of a call, or undefined if S3 refused it with one of the statuses. */
export async function unlessRefused<Value>(statuses: readonly number[], call: () => Promise<Value>) {
  try {
    return await call();
  } catch (error) {
    if (error instanceof S3Refusal && statuses.includes(error.status)) return undefined;
    throw error;
  }
}
