/** When something was said last, as short as a row has room for. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { now } from "../clock.ts";

const dayMs = 86_400_000;
const known = new Map<string, (at: string) => string>();

/** Today the time, then "yesterday", the weekday, the date. */
export function useRowTime(): (at: string) => string {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const format = known.get(language) ?? createFormat(language);
    known.set(language, format);
    return format;
  }, [language]);
}

function createFormat(language: string): (at: string) => string {
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
  const date = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit", year: "2-digit" });
  const yesterday = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-1, "day");
  return (at) => {
    const then = new Date(at);
    const days = Math.round((noonOf(now()) - noonOf(at)) / dayMs);
    if (days <= 0) return time.format(then);
    if (days === 1) return yesterday;
    return (days < 7 ? weekday : date).format(then);
  };
}

/** Of the day of a moment, as the calendar here has it. */
function noonOf(at: string | number): number {
  return new Date(at).setHours(12, 0, 0, 0);
}
