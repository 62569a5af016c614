/** One request over HTTP/1.1 and its answer, both bounded. */
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";

export type Request = {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer | string;
  /** For all of it, from the look-up to the end of the answer. */
  timeoutMs: number;
  agent: http.Agent;
  /** How names are resolved; the signal ends it. */
  lookup?: ((signal: AbortSignal) => LookupFunction) | undefined;
};

export type Answer = { status: number; retryAfter: string | undefined; body: string };

const maxAnswerBytes = 16_384;

/** Connections that are kept for a while, for URLs of the protocol. */
export function createAgent({ protocol }: URL): http.Agent {
  const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 16, timeout: 60_000 };
  return protocol === "http:" ? new http.Agent(options) : new https.Agent(options);
}

/** Posts; redirects are answers like others. Of an answer that is too long, the beginning is given. @throws when there is none */
export function post({ url, headers, body, timeoutMs, agent, lookup }: Request): Promise<Answer> {
  const { request } = url.protocol === "http:" ? http : https;
  const signal = AbortSignal.timeout(timeoutMs);
  const length = String(Buffer.byteLength(body));
  const options = {
    method: "POST",
    headers: { ...headers, "content-length": length },
    agent,
    lookup: lookup?.(signal),
    signal,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(url, options, (response) => {
    readStart(response).then((text) => {
      const { statusCode = 0, headers: answered } = response;
      resolve({ status: statusCode, retryAfter: answered["retry-after"], body: text });
    }, reject);
  });
  sent.on("error", (error) => reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error));
  sent.end(body);
  return promise;
}

async function readStart(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, maxAnswerBytes);
}
