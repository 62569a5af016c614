/** One request to S3 and its answer, with a limit to each wait. */
import { Readable } from "node:stream";
import { storageAway } from "../storage-error.ts";
import { PassingFailure } from "./s3-failure.ts";

export type S3Body = { size: number; open(): AsyncIterable<Uint8Array> };

export type S3Exchange = {
  method: string;
  url: URL;
  headers: Headers;
  body: S3Body | undefined;
  /** How long a wait for the next piece of the answer, or for the store to take the next piece of the body, may be. */
  timeoutMs: number;
};

export type S3Answer = { status: number; headers: Headers; body: Readable };

/**
 * Sends a request and waits for the head of the answer. Ending the body's stream ends the exchange.
 * @throws {PassingFailure} when there is none
 */
export async function exchange({ method, url, headers, body, timeoutMs }: S3Exchange): Promise<S3Answer> {
  const patience = new Patience(timeoutMs);
  // An answer that some proxy packs for us would have another size than the object.
  headers.set("accept-encoding", "identity");
  if (body) headers.set("content-length", String(body.size));
  try {
    const response = await patience.during(() =>
      fetch(url, {
        ...{ method, headers, redirect: "manual", signal: patience.signal },
        ...(body && { body: ReadableStream.from(patience.pace(body.open())), duplex: "half" }),
      }),
    );
    return { status: response.status, headers: response.headers, body: toReadable(response, patience) };
  } catch (error) {
    throw new PassingFailure(`${method} ${url.host} failed: ${describe(error)}`, error);
  }
}

/** Ends an exchange in which nothing moves for too long. */
class Patience {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the exchange if `wait` takes too long; what moves in between prolongs it. */
  async during<Value>(wait: () => Promise<Value>): Promise<Value> {
    this.#begin();
    try {
      return await wait();
    } finally {
      clearTimeout(this.#timer);
    }
  }

  async *pace(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#begin();
      yield chunk;
    }
    this.#begin();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  #begin(): void {
    clearTimeout(this.#timer);
    const late = () => this.#controller.abort(new Error(`nothing moved for ${this.#timeoutMs} ms`));
    this.#timer = setTimeout(late, this.#timeoutMs);
  }
}

function toReadable(response: Response, patience: Patience): Readable {
  const reader = response.body?.getReader();
  const pull = async () => (reader ? await patience.during(() => reader.read()) : { done: true, value: undefined });
  return new Readable({
    read() {
      pull().then(
        ({ done, value }) =>
          this.push(done || !value ? null : Buffer.from(value.buffer, value.byteOffset, value.length)),
        (error: unknown) => this.destroy(this.destroyed ? undefined : toError(error)),
      );
    },
    destroy(error, done) {
      patience.end();
      done(error);
    },
  });
}

function toError(error: unknown): Error {
  return storageAway(new PassingFailure(`the answer broke off: ${describe(error)}`, error));
}

// fetch says no more than that it failed; the cause says why.
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
