/** Times as the page's language says them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { now } from "../clock.ts";

export type Times = {
  /** The time of the day. */
  time(at: string): string;
  /** Today, yesterday, the day of this week, or the date. */
  day(at: string): string;
  /** As short as a row has room for: today the time, then "yesterday", the weekday, the date. */
  short(at: string): string;
  /** Both, in one line. */
  moment(at: string): string;
  /** How long ago somebody was seen, in whole words. */
  ago(at: string): string;
};

const dayMs = 86_400_000;
const known = new Map<string, Times>();

export function useTimes(): Times {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const times = known.get(language) ?? createTimes(language);
    known.set(language, times);
    return times;
  }, [language]);
}

function createTimes(language: string): Times {
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long" });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const day = (at: string): string => {
    const days = daysSince(at);
    if (days <= 1) return capitalised(relative.format(-days, "day"), language);
    return (days < 7 ? weekday : date).format(new Date(at));
  };
  const shortWeekday = new Intl.DateTimeFormat(language, { weekday: "short" });
  const shortDate = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit", year: "2-digit" });
  return {
    time: (at) => time.format(new Date(at)),
    day,
    short(at) {
      const days = daysSince(at);
      if (days === 1) return relative.format(-1, "day");
      return (days === 0 ? time : days < 7 ? shortWeekday : shortDate).format(new Date(at));
    },
    moment: (at) => moment.format(new Date(at)),
    ago(at) {
      const minutes = Math.max(0, Math.round((now() - Date.parse(at)) / 60_000));
      if (minutes < 60) return relative.format(-minutes, "minute");
      return daysSince(at) === 0 ? relative.format(-Math.round(minutes / 60), "hour") : moment.format(new Date(at));
    },
  };
}

/** Days as a calendar has them, not as a clock does. */
function daysSince(at: string): number {
  const then = new Date(at).setHours(12, 0, 0, 0);
  return Math.max(0, Math.round((new Date(now()).setHours(12, 0, 0, 0) - then) / dayMs));
}

function capitalised(text: string, language: string): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(language) + rest.join("");
}
