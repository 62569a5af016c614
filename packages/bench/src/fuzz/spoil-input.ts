/** Spoils an input in one of the ways in which clients, proxies and attackers do. */
import type { Random } from "../random.ts";
import { type Fields, isFields, toJsonText } from "./json-text.ts";
import { pickWildValue, wildNames } from "./wild-values.ts";

/** An input of which one thing is wrong. */
export function spoilInput(random: Random, input: Fields): Fields {
  const kind = random.next();
  if (kind < 0.62) return spoilField(random, input);
  if (kind < 0.74) return dropField(random, input);
  return addField(random, input);
}

function spoilField(random: Random, input: Fields): Fields {
  const names = Object.keys(input);
  if (names.length === 0) return addField(random, input);
  const name = random.pick(names);
  const before = input[name];
  if (isFields(before) && random.next() < 0.6) return { ...input, [name]: spoilInput(random, before) };
  if (Array.isArray(before) && random.next() < 0.5) return { ...input, [name]: spoilList(random, before) };
  return { ...input, [name]: pickWildValue(random) };
}

function spoilList(random: Random, before: readonly unknown[]): unknown[] {
  const many = Array.from({ length: random.pick([0, 1, 2, 50, 101, 1_000]) }, () => before[0]);
  return random.next() < 0.5 ? [...before, pickWildValue(random)] : many;
}

function dropField(random: Random, input: Fields): Fields {
  const names = Object.keys(input);
  const dropped = names.length === 0 ? "" : random.pick(names);
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== dropped));
}

function addField(random: Random, input: Fields): Fields {
  // Not an assignment: `__proto__` must become a field of its own.
  return Object.fromEntries([...Object.entries(input), [random.pick(wildNames), pickWildValue(random)]]);
}

/** The JSON of an input, spoilt as text: cut, doubled, with a key twice or a byte changed. */
export function spoilText(random: Random, input: Fields): Buffer {
  const text = toJsonText(input);
  const kind = random.between(0, 5);
  if (kind === 0) return Buffer.from(text.slice(0, random.between(0, text.length)));
  if (kind === 1) return Buffer.from(text + text);
  if (kind === 2) return Buffer.from(repeatKeys(random, input));
  if (kind === 3) return Buffer.from(random.pick(["[]", "null", "5", '"x"', "", " ", "\0", "{", "NaN", "\ufeff{}"]));
  return flipBytes(random, Buffer.from(text), kind === 4 ? 1 : 4);
}

function repeatKeys(random: Random, input: Fields): string {
  const again = Object.keys(input).map((name) => `${JSON.stringify(name)}:${toJsonText(pickWildValue(random))}`);
  return `{${[...again, toJsonText(input).slice(1, -1), ...again].filter((part) => part !== "").join(",")}}`;
}

export function flipBytes(random: Random, bytes: Buffer, count: number): Buffer {
  const flipped = Buffer.from(bytes);
  for (let turn = 0; turn < count && flipped.length > 0; turn += 1) {
    flipped[random.between(0, flipped.length - 1)] = random.between(0, 255);
  }
  return flipped;
}

/** Whether a field somewhere in it can't be put into a path or a query. */
export function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
