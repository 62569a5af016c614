/** Makes frames for the socket door: events of the table's operations, and what no Socket.IO client would send. */
import { listOperations, type OperationName } from "@pipit/protocol/operations";
import type { Random } from "../random.ts";
import { toJsonText } from "./json-text.ts";
import { makeInput } from "./make-input.ts";
import type { Caller } from "./make-requests.ts";
import { pickOperation } from "./pick-operation.ts";
import { opcode, toFrame } from "./raw-frames.ts";
import { flipBytes, spoilInput, spoilText } from "./spoil-input.ts";
import { pickWildText, pickWildValue } from "./wild-values.ts";

export type FuzzFrames = {
  kind: string;
  frames: Buffer[];
  /** The operation whose acknowledgement must come under the given id. */
  asks?: OperationName;
  /** The connection may not be waited for after it: it has been closed, or the server waits for more. */
  isLast: boolean;
};

/** PIPIT_MAX_FRAME, as it is when nobody sets it. */
const limitBytes = 262_144;

const socketOperations = listOperations().filter(({ operation }) => operation.socket);

type Make = (random: Random, caller: Caller, ackId: number) => Omit<FuzzFrames, "kind">;

/** What a connection lives through, with how often each is made of a hundred. */
const harmless: readonly [kind: string, weight: number, make: Make][] = [
  ["good event", 32, (random, caller, ackId) => makeEvent(random, caller, ackId, 0)],
  ["spoilt event", 36, (random, caller, ackId) => makeEvent(random, caller, ackId, 1)],
  ["event without acknowledgement", 8, (random, caller) => makeEvent(random, caller, undefined, random.between(0, 1))],
  ["odd arguments", 8, makeOddArguments],
  ["odd event name", 5, makeOddName],
  ["odd acknowledgement", 4, makeOddAck],
  ["pong or no-op", 5, (random) => ({ frames: [toFrame(random.pick(["3", "3", "6", "1", "3probe"]))], isLast: false })],
  ["WebSocket ping", 2, makePing],
];

/** What may end the connection, or leaves it in the middle of something. */
const deadly: readonly [kind: string, weight: number, make: Make][] = [
  ["flipped bytes", 40, makeFlipped],
  ["odd packet", 20, makeOddPacket],
  ["binary event", 16, makeBinary],
  ["odd WebSocket frame", 14, makeOddFrame],
  ["at the limit", 4, makeBig],
  ["close", 6, makeClose],
];

export function makeHarmless(random: Random, caller: Caller, ackId: number): FuzzFrames {
  const made = choose(harmless, random, caller, ackId);
  // Two big values in one event are over the limit, which ends the connection.
  return made.frames.every((frame) => frame.length < limitBytes) ? made : makeHarmless(random, caller, ackId);
}

export function makeDeadly(random: Random, caller: Caller, ackId: number): FuzzFrames {
  return choose(deadly, random, caller, ackId);
}

function choose(kinds: typeof harmless, random: Random, caller: Caller, ackId: number): FuzzFrames {
  let left = random.next() * 100;
  for (const [kind, weight, make] of kinds) {
    left -= weight;
    if (left < 0) return { ...make(random, caller, ackId), kind };
  }
  return choose(kinds, random, caller, ackId);
}

function makeEvent(random: Random, caller: Caller, ackId: number | undefined, spoilt: number) {
  const { name, operation } = pickOperation(random, socketOperations);
  const good = makeInput(random, operation, caller.pools);
  const input = spoilt > 0 ? spoilInput(random, good) : good;
  const event = JSON.stringify(operation.socket?.event ?? "");
  const asks = ackId === undefined ? {} : { asks: name };
  return { frames: [toFrame(`42${ackId ?? ""}[${event},${toJsonText(input)}]`)], isLast: false, ...asks };
}

function makeOddArguments(random: Random, _: Caller, ackId: number) {
  const { operation } = random.pick(socketOperations);
  const many = Array.from({ length: random.pick([0, 1, 2, 3, 1_000]) }, () => 1);
  const args = random.next() < 0.2 ? many : Array.from({ length: random.between(0, 3) }, () => pickWildValue(random));
  const event = JSON.stringify(operation.socket?.event ?? "");
  return {
    frames: [toFrame(`42${ackId}${toJsonText([event, ...args]).replace(JSON.stringify(event), () => event)}`)],
    isLast: false,
  };
}

const oddNames = ["__proto__", "constructor", "error", "message:receive", "", " ", "no:such", "toString", "\ud800"];

function makeOddName(random: Random, _: Caller, ackId: number) {
  const text = random.next() < 0.5 ? random.pick(oddNames) : pickWildText(random);
  // Reserved ones end the connection.
  const name = ["connect", "disconnect", "connect_error", "disconnecting"].includes(text) ? "x" : text;
  const event = random.next() < 0.1 ? random.pick(["5", "-1", "1e400"]) : JSON.stringify(name);
  return { frames: [toFrame(`42${ackId}[${event},{}]`)], isLast: false };
}

function makeOddAck(random: Random) {
  const id = random.pick(["0", "007", "9007199254740993", "9".repeat(20), "9".repeat(400), "1".repeat(5_000)]);
  const unasked = ["430[]", '43999[{"success":true}]', `43${id}[1]`, "43[]"];
  const text = random.next() < 0.5 ? `42${id}["unread:get",{}]` : random.pick(unasked);
  return { frames: [toFrame(text)], isLast: false };
}

function makePing(random: Random) {
  const size = random.pick([0, 1, 125]);
  return { frames: [toFrame(Buffer.alloc(size), { opcode: random.pick([opcode.ping, opcode.pong]) })], isLast: false };
}

function makeFlipped(random: Random, caller: Caller) {
  const { name, operation } = pickOperation(random, socketOperations);
  const input = makeInput(random, operation, caller.pools);
  const text = Buffer.concat([
    Buffer.from(`42${random.between(0, 99)}[${JSON.stringify(operation.socket?.event ?? name)},`),
    random.next() < 0.5 ? spoilText(random, input) : Buffer.from(toJsonText(input)),
    Buffer.from("]"),
  ]);
  const bytes = flipBytes(random, text, random.between(1, 4));
  return { frames: [toFrame(bytes, { opcode: random.next() < 0.9 ? opcode.text : opcode.binary })], isLast: true };
}

const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const oddPackets: readonly string[] = [
  "",
  "x",
  "9",
  "4",
  "49",
  "40",
  '40{"token":"x"}',
  "41",
  '42{"a":1}',
  "42[]",
  "42[null]",
  '42["unread:get"',
  '42["disconnect"]',
  '42["connect",{}]',
  '42["newListener",{}]',
  '44{"message":"x"}',
  "2",
  "2probe",
  "5",
  "0{}",
  '42/other,["unread:get",{}]',
  "40/admin,",
  `40/__proto__,${JSON.stringify({ token: "x" })}`,
  `40/${"x".repeat(5_000)},`,
  `42/${"x".repeat(5_000)}`,
  '42-1["unread:get",{}]',
  '42NaN["unread:get",{}]',
  '421e9["unread:get",{}]',
  `42["message:send",${deep(10_000)}]`,
  `42["message:send",{"content":${deep(10_000)}}]`,
  "4\0",
  "\0",
  "\ufeff42[]",
];

function makeOddPacket(random: Random) {
  const again = random.next() < 0.2 ? random.between(2, 50) : 1;
  const packet = random.pick(oddPackets);
  return { frames: Array.from({ length: again }, () => toFrame(packet)), isLast: true };
}

function makeBinary(random: Random) {
  const count = random.pick(["1", "2", "0", "10", "1000", "1000000", "1e9", "", "-1", "999999999999"]);
  const data = random.pick([
    '["message:send",{"_placeholder":true,"num":0}]',
    '["message:send",{"_placeholder":true,"num":9}]',
    '["message:send",{"_placeholder":true,"num":-1}]',
    '[{"_placeholder":true,"num":0}]',
    '["message:send",{"content":{"_placeholder":true,"num":0},"room_id":{"_placeholder":true,"num":0}}]',
    '["__proto__",{"__proto__":{"_placeholder":true,"num":0}}]',
    "[]",
    "{}",
    deep(5_000),
    '["message:send"',
  ]);
  const packet = toFrame(`4${random.pick(["5", "5", "6"])}${count}-${data}`);
  const attachments = Array.from({ length: random.between(0, 3) }, () =>
    toFrame(Buffer.alloc(random.between(0, 64), 1)),
  );
  return { frames: [packet, ...attachments], isLast: true };
}

function makeOddFrame(random: Random) {
  const text = '42["unread:get",{}]';
  const makers = [
    () => [toFrame(text, { opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) })],
    () => [toFrame(text, { reserved: random.between(1, 7) })],
    () => [toFrame(text, { isMasked: false })],
    () => [toFrame(text, { claimedLength: random.pick([2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, 300_000n, 20n]) })],
    () => [toFrame("continued", { opcode: opcode.continuation })],
    () => [toFrame("42[", { isFinal: false }), toFrame('"unread:get"]', { opcode: opcode.continuation })],
    () => [toFrame("42[", { isFinal: false }), toFrame(text)],
    () => Array.from({ length: 200 }, () => toFrame("x", { isFinal: false, opcode: opcode.continuation })),
    () => [toFrame(Buffer.alloc(126), { opcode: opcode.ping })],
    () => [toFrame("x", { opcode: opcode.ping, isFinal: false })],
    () => Array.from({ length: 200 }, () => toFrame("", { opcode: opcode.ping })),
    () => Array.from({ length: 200 }, () => toFrame("3")),
    () => [toFrame(Buffer.from([0x34, 0x32, 0xc0, 0x80, 0xff]), { opcode: opcode.text })],
    () => [flipBytes(random, toFrame(text), 3)],
    () => [toFrame(text).subarray(0, random.between(1, 10))],
    () => [Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
  ];
  return { frames: random.pick(makers)(), isLast: true };
}

function makeBig(random: Random) {
  const [before, after] = ['42["message:send",{"content":"', '"}]'];
  const size = limitBytes - before.length - after.length + random.pick([-1, 0, 1, 1_000]);
  const isBinary = random.next() < 0.3;
  const frame = isBinary
    ? toFrame(Buffer.alloc(limitBytes + random.between(-1, 1)))
    : toFrame(before + "x".repeat(size) + after);
  return { frames: [frame], isLast: true };
}

function makeClose(random: Random) {
  const code = Buffer.alloc(2);
  code.writeUInt16BE(random.pick([1000, 1001, 1005, 1006, 0, 999, 1015, 2999, 3000, 4999, 65_535]));
  const reason = random.pick([Buffer.alloc(0), Buffer.from("bye"), Buffer.from([0xff, 0xfe]), Buffer.alloc(123, 0x61)]);
  const payload = random.next() < 0.2 ? Buffer.from([3]) : Buffer.concat([code, reason]);
  return { frames: [toFrame(payload, { opcode: opcode.close })], isLast: true };
}
