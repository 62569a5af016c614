/** Emojis in rows, as a grid shows them. */
import type { Emoji, EmojiGroup } from "./emoji-data.ts";

export const columns = 8;

/** A heading, or up to eight emojis. */
export type EmojiRow = { key: string; heading: string; sample: string } | { key: string; emojis: readonly Cell[] };
/** What is shown and picked, and what it is called. */
export type Cell = { text: string; label: string };

/** All of them by groups, after those that were used last. */
export function toRows(
  groups: readonly EmojiGroup[],
  recent: readonly string[],
  recentName: string,
  tone: number,
): EmojiRow[] {
  const used = recent.map((text) => ({ text, label: text }));
  const first = used.length > 0 ? [{ name: recentName, cells: used }] : [];
  const rest = groups.map(({ name, emojis }) => ({ name, cells: emojis.map((emoji) => toCell(emoji, tone)) }));
  return [...first, ...rest].flatMap(({ name, cells }) => [
    { key: name, heading: name, sample: cells[0]?.text ?? "" },
    ...split(cells, name),
  ]);
}

/** Those whose name or tags have all the words that are looked for; those called so come first. */
export function searchRows(groups: readonly EmojiGroup[], text: string, tone: number): EmojiRow[] {
  const words = text.trim().toLocaleLowerCase().split(/\s+/);
  const all = groups.flatMap(({ emojis }) => emojis);
  const found = all.filter((emoji) => words.every((word) => emoji.words.includes(word)));
  const isCalled = ({ label }: Emoji): boolean => label.toLocaleLowerCase().startsWith(words[0] ?? "");
  const sorted = [...found.filter(isCalled), ...found.filter((emoji) => !isCalled(emoji))];
  return split(
    sorted.slice(0, 160).map((emoji) => toCell(emoji, tone)),
    "found",
  );
}

function toCell({ text, label, tones }: Emoji, tone: number): Cell {
  return { text: (tone > 0 && tones[tone - 1]) || text, label };
}

function split(cells: readonly Cell[], name: string): EmojiRow[] {
  const count = Math.ceil(cells.length / columns);
  return Array.from({ length: count }, (_, row) => ({
    key: `${name} ${row}`,
    emojis: cells.slice(row * columns, (row + 1) * columns),
  }));
}
