/** Values that no field, or few fields, should take; and whether an input is one that must be refused. */
import type { Operation } from "@pipit/protocol/operation";
import { z } from "zod";
import type { Input } from "./good-inputs.ts";

export const badValues: readonly [label: string, value: unknown][] = [
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["minus one", -1],
  ["a fraction", 1.5],
  ["a huge number", 1e308],
  ["beyond safe integers", 2 ** 53],
  ["far below zero", -(2 ** 60)],
  ["empty text", ""],
  ["blank text", " \t "],
  ["NUL", "\0"],
  ["NUL inside", "a\0b"],
  ["a lone high surrogate", "a\ud800"],
  ["a lone low surrogate", "\udc00b"],
  ["too long", "x".repeat(20_000)],
  ["too long in emoji", "🏳️‍🌈".repeat(3_000)],
  ["digits", "1"],
  ["an exponent", "1e2"],
  ["a quote", "'; drop table users; --"],
  ["a pattern", "%_\\"],
  ["query operators", "!a & (b | c):*"],
  ["a path", "../../etc/passwd"],
  ["a nil id", "00000000-0000-0000-0000-000000000000"],
  ["a nil place", "00000000-0000-0000-0000-000000000000.999999999999999"],
  ["right-to-left", "\u202e\u2066x"],
  ["the name of a prototype", "__proto__"],
  ["the name of a constructor", "constructor"],
  ["year zero", "0000-01-01T00:00:00Z"],
  ["beyond year 9999", "9999-12-31T23:59:59-23:59"],
  ["a long fraction", `2020-01-01T00:00:00.${"1".repeat(500)}Z`],
  ["an empty list", []],
  ["a nested list", [[[]]]],
  ["a list of null", [null]],
  ["a list of bad text", ["\0", "\ud800", "", "x".repeat(500)]],
  ["a huge list", new Array(30_000).fill("x")],
  ["an empty object", {}],
  ["an object for text", { toString: "x", length: 1, valueOf: null }],
  ["a prototype", JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}')],
  ["a deep list", nest(200)],
];

/** A list in a list, and so on. */
export function nest(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

/** The paths of all fields of an input, also those inside of objects: `["settings", "who_can_add"]`. */
export function listFields(schema: z.ZodObject, above: readonly string[] = []): string[][] {
  return Object.entries(schema.shape).flatMap(([key, field]) => {
    const inner = unwrap(field);
    const path = [...above, key];
    return inner instanceof z.ZodObject ? [path, ...listFields(inner, path)] : [path];
  });
}

export function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap())
    : schema;
}

/** A copy of the input with another value at a path, or without the field when the value is undefined. */
export function spoil(input: Input, [key = "", ...below]: readonly string[], value: unknown): Input {
  const inner = input[key];
  const next = below.length === 0 ? value : spoil(isObject(inner) ? inner : {}, below, value);
  const { [key]: _, ...others } = input;
  return next === undefined ? others : { ...others, [key]: next };
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the contract allows no other answer than `invalid_request`. */
export function mustRefuse(operation: Operation, input: unknown): boolean {
  return !isStorable(input, 0) || !operation.input.safeParse(input).success;
}

function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return depth <= 16 && Object.values(value).every((child) => isStorable(child, depth + 1));
}
