/** Makes HTTP requests out of the table of operations: good ones, and spoilt at every level down to their bytes. */
import type { Operation } from "@pipit/protocol/operation";
import { listOperations, type OperationName } from "@pipit/protocol/operations";
import type { Random } from "../random.ts";
import { type Fields, toJsonText } from "./json-text.ts";
import { makeInput, type Pools } from "./make-input.ts";
import { pickOperation } from "./pick-operation.ts";
import { isPlain, spoilInput, spoilText } from "./spoil-input.ts";
import { pickWildText } from "./wild-values.ts";

export const restPrefix = "/api/v1/chat";

/**
 * How an answer is judged. `operation`: one of the named operation. `envelope`: any of the API's. `any`: any status that is no fault,
 * or a closed connection, for what is refused below the API. `none`: the request breaks off, nobody waits.
 */
type Expectation = "operation" | "envelope" | "any" | "none";

export type FuzzRequest = {
  kind: string;
  method: string;
  target: string;
  headers: Fields;
  body: Buffer | undefined;
  /** What is written, when the other fields do not say it all. */
  raw?: readonly Buffer[];
  name: OperationName | undefined;
  expects: Expectation;
};

/** Who asks: a token and what they may name. */
export type Caller = { token: string; adminKey: string; pools: Pools };

const restOperations = listOperations().filter(({ operation }) => operation.rest);

/** Kinds of requests, with how often each is made; the weights sum up to 100. */
const kinds: readonly [kind: string, weight: number, make: (random: Random, caller: Caller) => FuzzRequest][] = [
  ["good", 34, (random, caller) => makeGood(random, caller)],
  ["spoilt field", 34, (random, caller) => makeSpoilt(random, caller, 1)],
  ["spoilt fields", 6, (random, caller) => makeSpoilt(random, caller, 3)],
  ["spoilt body", 7, makeSpoiltBody],
  ["spoilt target", 6, makeSpoiltTarget],
  ["credentials", 4, makeCredentials],
  ["content type", 3, makeContentType],
  ["chunked", 2, makeChunked],
  ["broken off", 1, makeBrokenOff],
  ["headers", 1, makeHeaders],
  ["over the limit", 0.5, makeOverLimit],
  ["elsewhere", 1.5, makeElsewhere],
];

export function makeRequest(random: Random, caller: Caller): FuzzRequest {
  let left = random.next() * 100;
  for (const [kind, weight, make] of kinds) {
    left -= weight;
    if (left < 0) return { ...make(random, caller), kind };
  }
  return { ...makeGood(random, caller), kind: "good" };
}

function makeGood(random: Random, caller: Caller): FuzzRequest {
  const { name, operation } = pickOperation(random, restOperations);
  return toRequest(random, caller, name, makeInput(random, operation, caller.pools), operation);
}

function makeSpoilt(random: Random, caller: Caller, most: number): FuzzRequest {
  const { name, operation } = pickOperation(random, restOperations);
  let input = makeInput(random, operation, caller.pools);
  const times = random.between(1, most);
  for (let turn = 0; turn < times; turn += 1) input = spoilInput(random, input);
  return toRequest(random, caller, name, input, operation);
}

function toRequest(
  random: Random,
  { token, adminKey }: Caller,
  name: OperationName,
  input: Fields,
  operation: Operation,
): FuzzRequest {
  const { method, path, rename } = operation.rest ?? { method: "GET", path: "/" };
  const inPath = new Map(Array.from(path.matchAll(/:(\w+)/g), ([, key = ""]) => [key, rename?.[key] ?? key]));
  const parts = [...inPath].map(([key, field]) => [`:${key}`, toUrlText(input[field])] as const);
  const filled = parts.reduce((text, [key, value]) => text.replace(key, () => value), path as string);
  const others = Object.entries(input).filter(([key]) => ![...inPath.values()].includes(key));
  const isInQuery = method === "GET" || method === "DELETE";
  const query = isInQuery ? others.map(([key, value]) => `${toUrlText(key)}=${toUrlText(value)}`).join("&") : "";
  const key = operation.access === "service" && random.next() < 0.9 ? adminKey : token;
  const body = isInQuery ? undefined : Buffer.from(toJsonText(Object.fromEntries(others)));
  return {
    kind: "",
    method,
    target: cut(`${restPrefix}${filled}${query === "" ? "" : `?${query}`}`),
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && { "content-type": "application/json" }),
      ...(random.next() < 0.1 && { "x-device-id": random.pick(["phone", "old", "tablet", "\u00e9", "x".repeat(200)]) }),
    },
    body,
    name,
    // What is empty, or dots, names another path.
    expects: parts.every(([, value]) => !["", ".", ".."].includes(value)) ? "operation" : "envelope",
  };
}

const longestTarget = 8_000;

// Longer ones are refused below the API.
function cut(target: string): string {
  return target.length <= longestTarget ? target : target.slice(0, longestTarget).replace(/%.?$/, "");
}

function toUrlText(value: unknown): string {
  const text = isPlain(value) ? String(value) : value === undefined ? "" : toJsonText(value).slice(0, 4_000);
  return encodeURIComponent(text.toWellFormed());
}

function makeSpoiltBody(random: Random, caller: Caller): FuzzRequest {
  const { name, operation } = pickWithBody(random);
  const input = makeInput(random, operation, caller.pools);
  return { ...toRequest(random, caller, name, input, operation), body: spoilText(random, input) };
}

function pickWithBody(random: Random) {
  return random.pick(
    restOperations.filter(({ operation }) => !["GET", "DELETE"].includes(operation.rest?.method ?? "")),
  );
}

const badEscapes = ["%", "%z", "%zz", "%E0%A4%A", "%FF%FE", "%ED%A0%80", "%00", "%2F", "%2e%2e", "%C0%80", "%u0041"];

function makeSpoiltTarget(random: Random, caller: Caller): FuzzRequest {
  const good = makeGood(random, caller);
  const at = random.between(restPrefix.length, good.target.length);
  const kind = random.between(0, 4);
  const insert = (text: string) => good.target.slice(0, at) + text + good.target.slice(at);
  const targets = [
    () => insert(random.pick(badEscapes)),
    () => insert(encodeURIComponent(pickWildText(random).toWellFormed()).slice(0, 4_000)),
    () =>
      `${good.target}${good.target.includes("?") ? "&" : "?"}${random.pick(["limit=NaN", "limit=1&limit=x", "q[]=a", "cursor=!!", "__proto__=1", "&&&=&", "page=-1", "limit=1e9", "before=9007199254740993"])}`,
    () => insert(random.pick(["/", "//", "/../", "/./", ";", "?", "#", "/__proto__", "/a".repeat(500)])),
    () => `${restPrefix}/${random.pick(["", "nothing", "rooms/x/y/z", "__proto__", "constructor", "messages/"])}`,
  ];
  const target = targets[kind]?.() ?? good.target;
  const method =
    random.next() < 0.2 ? random.pick(["PUT", "PATCH", "POST", "PROPFIND", "DELETE", "QUERY"]) : good.method;
  return { ...good, method, target: cut(target), expects: "envelope" };
}

function makeCredentials(random: Random, caller: Caller): FuzzRequest {
  const good = makeGood(random, caller);
  const [head = "", claims = "", signature = ""] = caller.token.split(".");
  const authorization = random.pick([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    `Bearer ${caller.token}x`,
    `Bearer ${head}.${claims}.`,
    `Bearer ${head}.${claims}.${signature.slice(0, -2)}AA`,
    `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`,
    `Bearer ${Buffer.from('{"alg":"HS256","crit":["x"],"b64":false}').toString("base64url")}.${claims}.${signature}`,
    `Bearer ${head}.${Buffer.from("[".repeat(2_000)).toString("base64url")}.${signature}`,
    `Bearer ${caller.adminKey}`,
    `Bearer ${caller.adminKey.slice(0, -1)}`,
    `Bearer ${"x".repeat(9_000)}`,
    "Bearer a.b.c",
    `Token ${caller.token}`,
  ]);
  return { ...good, headers: { ...good.headers, authorization }, expects: "envelope" };
}

function makeContentType(random: Random, caller: Caller): FuzzRequest {
  const { name, operation } = pickWithBody(random);
  const request = toRequest(random, caller, name, makeInput(random, operation, caller.pools), operation);
  const type = random.pick([
    undefined,
    "",
    "text/plain",
    "text/html",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/vnd.host+json",
    "APPLICATION/JSON",
    "json",
    ",",
    "x".repeat(1_000),
  ]);
  const encoding = random.next() < 0.2 ? { "content-encoding": random.pick(["gzip", "br", "identity", "x"]) } : {};
  return { ...request, headers: { ...request.headers, "content-type": type, ...encoding }, expects: "envelope" };
}

function makeChunked(random: Random, caller: Caller): FuzzRequest {
  const { name, operation } = pickWithBody(random);
  const request = toRequest(random, caller, name, makeInput(random, operation, caller.pools), operation);
  const body = request.body ?? Buffer.alloc(0);
  const isBad = random.next() < 0.3;
  const chunks: Buffer[] = isBad
    ? [Buffer.from(random.pick(["zz\r\n", "-1\r\n", "5\r\nab\r\n", "ffffffffffffffff\r\n"]))]
    : [];
  const size = random.between(1, 64);
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    chunks.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  const head = toHead(request, { "transfer-encoding": "chunked" });
  const raw = [head, ...chunks, Buffer.from("0\r\n\r\n")];
  return { ...request, raw, expects: isBad ? "any" : "operation" };
}

function makeBrokenOff(random: Random, caller: Caller): FuzzRequest {
  const good = makeGood(random, caller);
  const whole = Buffer.concat(toBytes(good));
  return { ...good, raw: [whole.subarray(0, random.between(1, whole.length - 1))], expects: "none" };
}

function makeHeaders(random: Random, caller: Caller): FuzzRequest {
  const good = makeGood(random, caller);
  const headers: Fields = random.pick([
    { "x-huge": "x".repeat(70_000) },
    { "x-request-id": "a b\u00e9".repeat(100) },
    { host: "a b" },
    { host: "x:99999999" },
    { "x-forwarded-for": "1.2.3.4, ".repeat(500) },
    { "content-length": "-1" },
    { "content-length": "999999999999" },
    { "transfer-encoding": "gzip, chunked" },
    { origin: "null" },
    { connection: "close" },
    { range: "bytes=0-0,-1", "if-none-match": "*" },
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, "1"])),
  ]);
  const isFlipped = random.next() < 0.3;
  const head = toHead({ ...good, headers: { ...good.headers, ...headers } }, {});
  if (isFlipped && head.length > 0) head[random.between(0, head.length - 1)] = random.between(0, 255);
  return { ...good, raw: [head, good.body ?? Buffer.alloc(0)], expects: "any" };
}

const overLimitBytes = 300_000;

function makeOverLimit(random: Random, caller: Caller): FuzzRequest {
  const { name, operation } = pickWithBody(random);
  const input = { ...makeInput(random, operation, caller.pools), unknown: "x".repeat(overLimitBytes) };
  return { ...toRequest(random, caller, name, input, operation), expects: "any" };
}

const elsewhere: readonly (readonly [method: string, target: string])[] = [
  ["GET", "/healthz"],
  ["GET", "/readyz"],
  ["GET", "/api/client-config"],
  ["GET", "/api/auth/get-session"],
  ["POST", "/api/auth/token"],
  ["POST", "/api/auth/sign-out"],
  ["POST", "/api/auth/sign-up/email"],
  ["POST", "/api/auth/sign-in/username"],
  ["PUT", `${restPrefix}/media/uploads/x.y`],
  ["PATCH", `${restPrefix}/media/tus/x.y`],
  ["HEAD", `${restPrefix}/media/tus/x.y`],
  ["GET", `${restPrefix}/media/x/file?token=y`],
  ["OPTIONS", `${restPrefix}/rooms`],
  ["TRACE", `${restPrefix}/rooms`],
  ["GET", "/socket.io/?EIO=4&transport=polling&sid=none"],
  ["POST", "/socket.io/?EIO=4&transport=__proto__"],
  ["GET", "/socket.io/"],
  ["GET", "/%00"],
  ["GET", "/../../etc/passwd"],
  ["GET", "*"],
  ["BREW", "/"],
];

function makeElsewhere(random: Random, caller: Caller): FuzzRequest {
  const [method, target] = random.pick(elsewhere);
  const body = method === "POST" || method === "PUT" ? spoilText(random, { email: "a@b", password: "x" }) : undefined;
  const headers = { ...(random.next() < 0.5 && { authorization: `Bearer ${caller.token}` }), connection: "close" };
  const type = random.pick(["application/json", "text/plain", "application/offset+octet-stream"]);
  return {
    kind: "",
    method,
    target,
    headers: { ...headers, ...(body && { "content-type": type }) },
    body,
    name: undefined,
    expects: "any",
  };
}

/** What goes over the wire. */
export function toBytes(request: FuzzRequest): readonly Buffer[] {
  if (request.raw) return request.raw;
  const { body } = request;
  const head = toHead(request, body === undefined ? {} : { "content-length": body.length });
  return body === undefined ? [head] : [head, body];
}

function toHead({ method, target, headers }: FuzzRequest, more: Fields): Buffer {
  const all: Fields = { host: "localhost", ...headers };
  for (const [name, value] of Object.entries(more)) all[name] ??= value;
  const lines = Object.entries(all).filter(([, value]) => value !== undefined);
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${text}\r\n`, "latin1");
}
