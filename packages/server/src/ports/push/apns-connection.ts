/** One connection over HTTP/2, kept as long as it lasts and made anew when it is needed. */
import http2 from "node:http2";
import { z } from "zod";

export type ApnsAnswer = { status: number; reason: string | undefined; body: string; retryAfter: string | undefined };

export type ApnsConnection = {
  /** @throws when there is no answer in time; the next call then has a connection of its own */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<ApnsAnswer>;
  close(): void;
};

const maxAnswerBytes = 16_384;

export function createApnsConnection({ origin, timeoutMs }: { origin: string; timeoutMs: number }): ApnsConnection {
  let kept: http2.ClientHttp2Session | undefined;

  function connect(): http2.ClientHttp2Session {
    if (kept && !kept.closed && !kept.destroyed) return kept;
    const session = http2.connect(origin);
    const forget = (): void => {
      if (kept === session) kept = undefined;
    };
    // Those who wait for an answer are told by their streams; a connection that nobody waits on may go.
    session.on("error", forget);
    session.on("goaway", forget);
    session.on("close", forget);
    // Alone it is no reason to keep the process.
    session.unref();
    kept = session;
    return session;
  }

  return {
    async post(path, headers, body) {
      const session = connect();
      const stream = session.request({ ":method": "POST", ":path": path, ...headers });
      const timer = setTimeout(() => {
        // A connection that went away without a word would keep every later call waiting.
        if (kept === session) kept = undefined;
        stream.destroy(new Error(`no answer within ${timeoutMs} ms`));
        session.close();
      }, timeoutMs);
      try {
        return await exchange(stream, body);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      kept?.destroy();
      kept = undefined;
    },
  };
}

async function exchange(stream: http2.ClientHttp2Stream, body: string): Promise<ApnsAnswer> {
  const answered = new Promise<http2.IncomingHttpHeaders & { ":status"?: number }>((resolve, reject) => {
    stream.once("response", resolve);
    stream.once("error", reject);
    stream.once("close", () => reject(new Error("the connection ended without an answer")));
  });
  stream.end(body);
  const { ":status": status = 0, "retry-after": retryAfter } = await answered;
  const text = await readStart(stream);
  return { status, reason: readReason(text), body: text, retryAfter };
}

async function readStart(stream: http2.ClientHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, maxAnswerBytes);
}

const answerSchema = z.object({ reason: z.string() });

function readReason(body: string): string | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data?.reason;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
