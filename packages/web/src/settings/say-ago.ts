/** How long ago something was, in words. */
import { now } from "../clock.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps: [unit: Intl.RelativeTimeFormatUnit, from: number, ms: number][] = [
  ["year", 365 * day, 365 * day],
  ["month", 45 * day, 30 * day],
  ["day", day, day],
  ["hour", hour, hour],
  ["minute", 2 * minute, minute],
];

/** "3 hours ago" in a language; undefined when it was just now. */
export function sayAgo(at: string, language: string, until = now()): string | undefined {
  const ms = until - Date.parse(at);
  const step = steps.find(([, from]) => ms >= from);
  if (!step) return undefined;
  const [unit, , size] = step;
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-Math.round(ms / size), unit);
}
