/** Times past, in words. */
import { expect, it } from "vitest";
import { sayAgo } from "./say-ago.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

it.each([
  ["2026-03-01T11:59:00Z", undefined],
  ["2026-03-01T11:57:00Z", "3 minutes ago"],
  ["2026-03-01T09:00:00Z", "3 hours ago"],
  ["2026-02-28T12:00:00Z", "yesterday"],
  ["2026-01-01T12:00:00Z", "2 months ago"],
  ["2024-03-01T12:00:00Z", "2 years ago"],
])("says %s as %s", (at, words) => {
  expect(sayAgo(at, "en", now)).toBe(words);
});

it("speaks the page's language", () => {
  expect(sayAgo("2026-03-01T09:00:00Z", "de", now)).toBe("vor 3 Stunden");
});
