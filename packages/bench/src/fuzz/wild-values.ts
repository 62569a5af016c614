/** Values with a taste for what breaks servers. */
import type { Random } from "../random.ts";
import { RawJson } from "./json-text.ts";

const deepNesting = 10_000;
const nilId = "00000000-0000-0000-0000-000000000000";

/** Text that breaks parsers, patterns, queries and databases. */
const wildTexts: readonly string[] = [
  "",
  " \t ",
  "\0",
  "a\0b",
  "a\ud800",
  "\udc00b",
  "1",
  "1e2",
  "-0",
  "NaN",
  "Infinity",
  "null",
  "undefined",
  "true",
  "'; drop table users; --",
  "%_\\",
  "!a & (b | c):*",
  "../../etc/passwd",
  "..",
  ".",
  "$" + "{7*7}",
  "<script>alert(1)</script>",
  nilId,
  `${nilId}.999999999999999`,
  "\u202e\u2066x",
  "\ufeff",
  "\u2028",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-23:59",
  "2026-02-30T25:61:61Z",
  `2020-01-01T00:00:00.${"1".repeat(500)}Z`,
  "https://127.0.0.1:1/x",
  "http://[::1]:65536/",
  "javascript:alert(1)",
  "data:text/html,x",
  "👍",
  "👩‍👩‍👧‍👦",
  "e\u0301".repeat(200),
  "🏳️‍🌈".repeat(3_000),
  "x".repeat(20_000),
  "\\u0000",
  '"',
  "@all",
  "@[",
];

const wildNumbers: readonly unknown[] = [
  0,
  -1,
  1.5,
  -0,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 60),
  1e308,
  5e-324,
  new RawJson("1e400"),
  new RawJson("-1e400"),
  new RawJson("9".repeat(400)),
  new RawJson("0.1e-9999"),
];

const wildShapes: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[[]]],
  [null],
  ["\0", "\ud800", "", "x".repeat(500)],
  [{}],
  { toString: "x", length: 1, valueOf: null },
  new RawJson('{"then":1,"toJSON":2}'),
  new RawJson('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'),
  new RawJson('{"a":1,"a":2,"a":{"a":3}}'),
  new RawJson('"\\ud800\\ud800"'),
  new RawJson('"\\u0000"'),
  { _placeholder: true, num: 0 },
  { _placeholder: true, num: -1 },
];

/** Big ones; rarer, because they cost. */
const heavyValues: readonly unknown[] = [
  new RawJson(`${"[".repeat(deepNesting)}${"]".repeat(deepNesting)}`),
  new RawJson(`${'{"a":'.repeat(deepNesting)}1${"}".repeat(deepNesting)}`),
  new RawJson(`[${"1,".repeat(30_000)}1]`),
  new RawJson(`{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`),
  new RawJson(`"${"x".repeat(200_000)}"`),
];

const heavyShare = 0.03;

export function pickWildValue(random: Random): unknown {
  if (random.next() < heavyShare) return random.pick(heavyValues);
  return random.pick([wildTexts, wildTexts, wildNumbers, wildShapes, [makeText(random)]][random.between(0, 4)] ?? [0]);
}

export function pickWildText(random: Random): string {
  return random.next() < 0.5 ? random.pick(wildTexts) : makeText(random);
}

/** Some characters of any plane, half of one now and then. */
export function makeText(random: Random, maxLength = 40): string {
  const codes = Array.from({ length: random.between(0, maxLength) }, () => makeCode(random));
  return String.fromCharCode(...codes);
}

function makeCode(random: Random): number {
  const kind = random.next();
  if (kind < 0.6) return random.between(0x20, 0x7e);
  if (kind < 0.7) return random.between(0, 0x1f);
  if (kind < 0.75) return random.between(0xd800, 0xdfff);
  return random.between(0x80, 0xffff);
}

/** Names of fields that no schema has. */
export const wildNames: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "unknown",
  "",
  "a\0b",
  "\ud800",
  "success",
  "tenant_id",
  "user_id",
  "role",
  "actor",
];
