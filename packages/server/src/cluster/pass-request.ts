/** Passes a request on to a node, and its answer back. */
import { type Agent, type IncomingMessage, request as open, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Log } from "../log.ts";
import type { Upstream } from "./cluster-node.ts";
import { forwardHeaders, hasBody, keepHeaders } from "./forward-headers.ts";
import { refuse } from "./refuse.ts";

/** As long as a server waits for an answer on a large upload. */
const silenceMs = 900_000;
const maxHandshakeBytes = 1_024;

export type PassParts = { agent: Agent; log: Log; trustsProxy: boolean };

export type Passed = {
  request: IncomingMessage;
  response: ServerResponse;
  candidates: readonly Upstream[];
  /** Told the session that a handshake of long polling has made. */
  onSession: ((sid: string, node: Upstream) => void) | undefined;
};

/** Tries one node after the other as long as none can have received it; reads may be tried again in any case. */
export function passRequest(parts: PassParts, passed: Passed): void {
  const { request, response, candidates } = passed;
  const [node, ...others] = candidates;
  if (node?.port === undefined) {
    refuse(response, "No node is ready.");
    return;
  }
  const outgoing = open({
    host: "127.0.0.1",
    port: node.port,
    method: request.method,
    path: request.url,
    headers: toHeaders(request, parts.trustsProxy),
    agent: parts.agent,
    timeout: silenceMs,
  });
  let isSent = false;
  const send = (): void => {
    isSent = true;
    if (hasBody(request)) request.pipe(outgoing);
    else outgoing.end();
  };
  // The body is touched only when there is somebody to give it to: it can't be read twice.
  outgoing.once("socket", (socket) => (socket.connecting ? socket.once("connect", send) : send()));
  outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in time")));
  outgoing.once("response", (answer) => passBack(passed, node, answer));
  const giveUp = (): void => {
    if (!response.writableFinished) outgoing.destroy();
  };
  response.once("close", giveUp);
  outgoing.on("error", (error) => {
    request.unpipe(outgoing);
    response.off("close", giveUp);
    if (response.headersSent || response.destroyed) {
      // A body that nobody takes any more still stands before the next request of its connection.
      request.resume();
      return;
    }
    if (isSent) parts.log.warn({ err: error, name: node.name }, "a node did not answer a request");
    else node.noteRefusal();
    const mayRetry = !isSent || (isRead(request) && !hasBody(request));
    if (mayRetry) passRequest(parts, { ...passed, candidates: others });
    else refuse(response, "The node that was asked has ended; what was asked may have been done.");
  });
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

function toHeaders(request: IncomingMessage, trustsProxy: boolean): string[] {
  const isChunked = request.headers["transfer-encoding"] !== undefined;
  return [...forwardHeaders(request, trustsProxy), ...(isChunked ? ["Transfer-Encoding", "chunked"] : [])];
}

function passBack(passed: Passed, node: Upstream, answer: IncomingMessage): void {
  const { response, onSession } = passed;
  if (onSession) readSession(answer, (sid) => onSession(sid, node));
  const headers = keepHeaders(answer);
  // A node that wants no more of a body says so by closing.
  const isLast = /\bclose\b/i.test(answer.headers.connection ?? "");
  if (isLast) headers.push("Connection", "close");
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  pipeline(answer, response, (error) => {
    if (error) answer.destroy();
  });
}

/** Reads the session out of Engine.IO's first packet: `0{"sid":"…",…}`. */
function readSession(answer: IncomingMessage, take: (sid: string) => void): void {
  let text = "";
  const read = (chunk: Buffer): void => {
    text += chunk.toString("latin1");
    const [, sid] = /"sid":"([\w-]{1,64})"/.exec(text) ?? [];
    if (sid !== undefined) take(sid);
    if (sid !== undefined || text.length > maxHandshakeBytes) answer.off("data", read);
  };
  answer.on("data", read);
}
