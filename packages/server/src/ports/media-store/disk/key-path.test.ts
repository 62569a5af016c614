/** No key leads out of the folder, and no two keys lead to the same place. */
import { relative, resolve, sep } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStorageKey } from "../storage-key.ts";
import { readFolderName, toObjectPath, toPrefixPath } from "./key-path.ts";

const root = "/srv/media/objects";
const nasty = [
  ...["..", ".", "/", "//", "\\", "\0", "%2e%2e", "%2f", "%00", "\u202e", "\u200f", "~", "+", "\n", "\r", " ", ":"],
  ...["C:\\", "\\\\host\\", "/etc/passwd", "..\\..\\", "....//", "a", "media", "é", "e\u0301", "\ud800", "*", "?", "|"],
];
const anyKey = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 4 })), { maxLength: 12 })
    .map((all) => all.join("")),
  fc.array(fc.constantFrom("..", ".", "a", "...", ".a", "a..", ""), { maxLength: 8 }).map((all) => all.join("/")),
  fc.string({ minLength: 500, maxLength: 4_000 }),
);
const goodKey = fc
  .array(fc.string({ unit: fc.constantFrom(..."abAB01._-"), minLength: 1, maxLength: 300 }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((segments) => segments.join("/"))
  .filter(isStorageKey);

/** What is below the root, or undefined when the path leads elsewhere. */
function findInside(path: string): string | undefined {
  const inside = relative(root, resolve(path));
  return inside === "" || inside === ".." || inside.startsWith(`..${sep}`) || inside.startsWith(sep)
    ? undefined
    : inside;
}

/** The key of a path, as a walk through the folders puts it together. */
function toKey(path: string): string {
  const names = relative(root, path).split("/");
  const last = names.pop() ?? "";
  return names.map((name) => readFolderName(name) ?? "none of ours").join("") + last;
}

describe("keys", () => {
  it("of any kind are refused, or lead to a place inside the folder", () => {
    let refused = 0;
    fc.assert(
      fc.property(anyKey, (key) => {
        if (!isStorageKey(key)) {
          refused += 1;
          expect(() => toObjectPath(root, key)).toThrow(/not a key/);
          return;
        }
        expect(findInside(toObjectPath(root, key))).toBeDefined();
      }),
      { numRuns: 20_000, verbose: true },
    );
    expect(refused).toBeGreaterThan(5_000);
  });

  it("that may be have a place of their own, whose names are short and hold no dots alone", () => {
    fc.assert(
      fc.property(goodKey, (key) => {
        const path = toObjectPath(root, key);
        expect(resolve(path)).toBe(path);
        expect(toKey(path)).toBe(key);
        for (const name of relative(root, path).split("/")) expect(name.length).toBeLessThanOrEqual(201);
      }),
      { numRuns: 10_000, verbose: true },
    );
  });

  it("with a prefix lie below its folder", () => {
    for (const [prefix, key] of [
      ["a/", "a/b"],
      ["a/b/", "a/b/c"],
      ["", "x"],
      [`${"y".repeat(450)}/`, `${"y".repeat(450)}/z`],
    ]) {
      expect(toObjectPath(root, key ?? "").startsWith(`${toPrefixPath(root, prefix ?? "")}/`)).toBe(true);
    }
    expect(toObjectPath(root, "a")).not.toBe(toPrefixPath(root, "a/"));
  });
});
