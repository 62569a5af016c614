/** Sizes, lengths and names of media in words. */
import { expect, it } from "vitest";
import { cleanFileName, formatBytes, formatDuration, toExtension } from "./media-format.ts";

it("says sizes in the unit that fits, as the language does", () => {
  expect(formatBytes(999, "en")).toBe("999 byte");
  expect(formatBytes(161_000, "en")).toBe("161 kB");
  expect(formatBytes(1_250_000, "de")).toBe("1,3 MB");
  expect(formatBytes(48_000_000_000, "en")).toBe("48 GB");
  expect(formatBytes(9e15, "en")).toBe("9,000 TB");
  expect(formatBytes(0, "en")).toBe("0 byte");
});

it("says lengths as players do", () => {
  expect([400, 7_000, 61_000, 3_723_000].map((ms) => formatDuration(ms, "en"))).toEqual([
    "0:00",
    "0:07",
    "1:01",
    "1:02:03",
  ]);
  expect(formatDuration(-5, "en")).toBe("0:00");
});

it("takes out of names what would turn them round", () => {
  expect(cleanFileName("song\u202egnp.exe\u0000")).toBe("songgnp.exe");
  expect(cleanFileName("تقرير (final).pdf")).toBe("تقرير (final).pdf");
  expect(["a.pdf", "b", "c.tar.gz", "d.averylongone"].map(toExtension)).toEqual(["PDF", "", "GZ", ""]);
});
