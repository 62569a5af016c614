/** Emojis and their names in the page's language, each language a file of its own. */

export type Emoji = {
  /** Without a skin tone. */
  text: string;
  label: string;
  /** What it may be looked for by, in small letters. */
  words: string;
  /** By tone, from light to dark; empty if it has none. */
  tones: readonly string[];
};

export type EmojiGroup = { name: string; emojis: readonly Emoji[] };

type CompactEmoji = { unicode: string; label: string; group?: number; tags?: string[]; skins?: { unicode: string }[] };
type Dataset = { default: CompactEmoji[] };
type Messages = { default: { groups: { message: string; order: number }[] } };

// What is loaded is told here by name: a bundler has to see it.
const loaders: Record<string, () => Promise<[Dataset, Messages]>> = {
  en: () => both(import("emojibase-data/en/compact.json"), import("emojibase-data/en/messages.json")),
  de: () => both(import("emojibase-data/de/compact.json"), import("emojibase-data/de/messages.json")),
  hi: () => both(import("emojibase-data/hi/compact.json"), import("emojibase-data/hi/messages.json")),
};

/** Not emojis by themselves: skin and hair. */
const components = 2;
const tonesOf = /[\u{1F3FB}-\u{1F3FF}]/u;

const loaded = new Map<string, Promise<readonly EmojiGroup[]>>();

/** In English where a language has none. @throws when the network is away and they were never loaded */
export function loadEmojis(language: string): Promise<readonly EmojiGroup[]> {
  const known = Object.hasOwn(loaders, language) ? language : "en";
  let groups = loaded.get(known);
  if (!groups) {
    groups = load(known);
    loaded.set(known, groups);
    groups.catch(() => loaded.delete(known));
  }
  return groups;
}

async function load(language: string): Promise<readonly EmojiGroup[]> {
  const [{ default: all }, { default: messages }] = await (loaders[language] ?? loaders.en ?? fail)();
  const names = messages.groups.filter(({ order }) => order !== components);
  return names.map(({ message, order }) => ({
    name: message.charAt(0).toLocaleUpperCase(language) + message.slice(1),
    emojis: all.filter(({ group }) => group === order).map(toEmoji),
  }));
}

function toEmoji({ unicode, label, tags = [], skins = [] }: CompactEmoji): Emoji {
  const single = skins.filter((skin) => [...skin.unicode].filter((part) => tonesOf.test(part)).length === 1);
  return {
    text: unicode,
    label,
    words: [label, ...tags].join(" ").toLocaleLowerCase(),
    tones: single.slice(0, 5).map((skin) => skin.unicode),
  };
}

async function both(data: Promise<unknown>, messages: Promise<unknown>): Promise<[Dataset, Messages]> {
  return (await Promise.all([data, messages])) as [Dataset, Messages];
}

function fail(): never {
  throw new Error("There are no emojis.");
}
