/** Sizes, in words. */
import { expect, it } from "vitest";
import { sayBytes } from "./say-bytes.ts";

it.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [12_400_000, "12.4 MB"],
  [53_700_000_000, "53.7 GB"],
  [9e15, "9,000 TB"],
])("says %d as %s", (bytes, words) => {
  expect(sayBytes(bytes, "en")).toBe(words);
});
