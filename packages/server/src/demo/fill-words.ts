/** Puts names, days and times into the lines of phrase books. */
import type { DemoRandom } from "./demo-random.ts";

/** What the placeholders of a conversation stand for, the same all through it. */
export type Words = {
  /** Any moment of the day that is meant. */
  day: Date;
  time: string;
  number: number;
  /** The names of those who have a letter. */
  names: ReadonlyMap<string, string>;
};

const dayMs = 86_400_000;
const times = ["8:15", "9:30", "10:00", "12:45", "14:30", "15:15", "16:00", "17:30", "18:00", "19:15"];
const scripts: [RegExp, string][] = [
  [/\p{Script=Devanagari}/u, "hi"],
  [/\p{Script=Arabic}/u, "ar"],
];
const locales: Record<string, string> = { german: "de", "direct-de": "de", "direct-es": "es" };

export function chooseWords(random: DemoRandom, at: Date, names: ReadonlyMap<string, string>): Words {
  const day = new Date(at.getTime() + random.between(2, 5) * dayMs);
  return { day, time: random.pick(times), number: random.between(2, 9), names };
}

/** `$day`, `$time`, `$n`, and `@B` for who has that letter. The day is in the language of the line. */
export function fillWords(text: string, book: string, { day, time, number, names }: Words): string {
  const locale = scripts.find(([script]) => script.test(text))?.[1] ?? locales[book] ?? "en";
  const weekday = day.toLocaleDateString(locale, { weekday: "long" });
  return text
    .replaceAll("$day", weekday)
    .replaceAll("$time", time)
    .replaceAll("$n", String(number))
    .replace(/@([A-F])(?![\p{L}\p{N}])/gu, (whole, letter: string) => {
      const name = names.get(letter);
      return name === undefined ? whole : `@${name}`;
    });
}
