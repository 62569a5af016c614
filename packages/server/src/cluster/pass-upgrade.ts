/** Passes a WebSocket on to a node: once the node has agreed, bytes go both ways as they come. */
import { type IncomingMessage, request as open } from "node:http";
import { type Duplex, pipeline } from "node:stream";
import type { Log } from "../log.ts";
import type { Upstream } from "./cluster-node.ts";
import { forwardHeaders, keepHeaders } from "./forward-headers.ts";
import { refuseSocket } from "./refuse.ts";

const handshakeMs = 10_000;
/** Engine.IO says something every 25 seconds. */
const silenceMs = 120_000;

export type Arrival = { request: IncomingMessage; socket: Duplex; head: Buffer; candidates: readonly Upstream[] };

type Parts = { log: Log; trustsProxy: boolean };
type Agreed = { answer: IncomingMessage; theirs: Duplex; theirHead: Buffer };

/** Tries one node after the other: an attempt that failed has left nothing behind. */
export function passUpgrade(parts: Parts, arrival: Arrival): void {
  const { request, socket, candidates } = arrival;
  const [node, ...others] = candidates;
  if (node?.port === undefined) {
    refuseSocket(socket);
    return;
  }
  const outgoing = open({
    host: "127.0.0.1",
    port: node.port,
    method: "GET",
    path: request.url,
    headers: [...forwardHeaders(request, parts.trustsProxy), "Connection", "Upgrade", "Upgrade", "websocket"],
    agent: false,
    timeout: handshakeMs,
  });
  const leave = count(node);
  const giveUp = (): void => {
    outgoing.destroy();
    leave();
  };
  let isSent = false;
  let isAnswered = false;
  const answered = (pass: () => void): void => {
    isAnswered = true;
    outgoing.removeAllListeners("timeout");
    pass();
  };
  socket.once("close", giveUp);
  outgoing.once("socket", (theirs) =>
    theirs.once("connect", () => {
      isSent = true;
    }),
  );
  outgoing.once("upgrade", (answer, theirs, theirHead) => answered(() => join(arrival, { answer, theirs, theirHead })));
  outgoing.once("response", (answer) => answered(() => passRefusal(socket, answer)));
  outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in time")));
  outgoing.on("error", (error) => {
    if (isAnswered || socket.destroyed) return;
    leave();
    socket.off("close", giveUp);
    if (isSent) parts.log.warn({ err: error, name: node.name }, "a node did not answer a socket");
    else node.noteRefusal();
    passUpgrade(parts, { ...arrival, candidates: others });
  });
  outgoing.end();
}

/** Counts from the choice on: thousands that arrive at once must not all choose the same node. */
function count(node: Upstream): () => void {
  let isCounted = true;
  node.sockets += 1;
  return () => {
    if (isCounted) node.sockets -= 1;
    isCounted = false;
  };
}

function join({ socket, head }: Arrival, { answer, theirs, theirHead }: Agreed): void {
  const lines = [...pairs(keepHeaders(answer)), "Connection: Upgrade", "Upgrade: websocket"];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
  socket.write(theirHead);
  theirs.write(head);
  for (const [one, other] of [
    [socket, theirs],
    [theirs, socket],
  ] as const) {
    one.on("error", () => other.destroy());
    // A WebSocket is not half open: when one side has ended, the other gets what is left and ends too.
    one.once("finish", () => one.destroy());
    one.once("close", () => {
      if (!other.writableEnded) other.destroy();
    });
    limitSilence(one);
    one.pipe(other);
  }
}

function limitSilence(stream: Duplex): void {
  if (!("setTimeout" in stream && typeof stream.setTimeout === "function")) return;
  stream.setTimeout(silenceMs, () => stream.destroy());
}

function passRefusal(socket: Duplex, answer: IncomingMessage): void {
  const lines = [...pairs(keepHeaders(answer)), "Connection: close"];
  socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines.join("\r\n")}\r\n\r\n`);
  pipeline(answer, socket, (error) => {
    if (error) socket.destroy();
  });
}

function pairs(headers: readonly string[]): string[] {
  return headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []));
}
