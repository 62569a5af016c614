/** What a message's text means: links, marks, code and mentions, as a tree that says nothing of how it is drawn. */

export type Span =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  /** Without `userId`, everybody is meant. */
  | { kind: "mention"; userId?: string; text: string }
  | { kind: "code"; text: string }
  | { kind: "block"; text: string }
  | { kind: "bold" | "italic" | "strike"; spans: Span[] };

export type ParseOptions = {
  /** The ids of those whom the message mentions: their names after an `@` are mentions. */
  mentions?: readonly string[] | undefined;
  isAllMentioned?: boolean | undefined;
  nameOf?: ((userId: string) => string) | undefined;
};

/** What marks leave alone: it begins and ends somewhere, and is drawn as one. */
type Atom = { from: number; to: number; span: Span };
type Mark = "*" | "_" | "~";

const marks: Record<Mark, "bold" | "italic" | "strike"> = { "*": "bold", _: "italic", "~": "strike" };
// The line break after a block is the block's own end.
const blockPattern = /```\n?([\s\S]+?)\n?```\n?/g;
// Characters that turn the direction of text could make an address look like another.
const urlCharacter = String.raw`[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]`;
const endings = "com|org|net|edu|gov|info|dev|app|io|eu|de|at|ch|uk|fr|in|ae|sa|eg";
const atomPattern = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    `(?<email>(?<![\\p{L}\\p{N}.@/_-])[a-z0-9][a-z0-9._%+-]*@(?:[a-z0-9-]+\\.)+[a-z]{2,24}(?![\\p{L}\\p{N}]))`,
    `(?<url>(?<![\\p{L}\\p{N}@/.-])(?:https?://|www\\.)${urlCharacter}+)`,
    `(?<domain>(?<![\\p{L}\\p{N}@/.:_-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,4}(?:${endings})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])(?:[/?#]${urlCharacter}*)?)`,
    "@\\[(?<id>[^\\]\\s]{1,128})\\]",
  ].join("|"),
  "giu",
);

/** A message's text as spans, in order; what is marked holds spans of its own. */
export function parseText(text: string, options: ParseOptions = {}): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const found of text.matchAll(blockPattern)) {
    spans.push(...parseInline(text.slice(from, found.index), options));
    spans.push({ kind: "block", text: found[1] ?? "" });
    from = found.index + found[0].length;
  }
  return [...spans, ...parseInline(text.slice(from), options)];
}

/** The same text in one line, without its marks. */
export function flattenText(text: string, options: ParseOptions = {}): string {
  return flatten(parseText(text, options)).replace(/\s+/g, " ").trim();
}

/** How many emoji a text is, if it is nothing else and not more than a few; otherwise 0. */
export function countLoneEmoji(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 60) return 0;
  const parts = [...new Intl.Segmenter().segment(trimmed)].map((part) => part.segment).filter((part) => part.trim());
  return parts.length <= 3 && parts.every((part) => emojiPattern.test(part)) ? parts.length : 0;
}

const emojiPattern =
  /^(?:\p{RI}{2}|[0-9#*]\uFE0F?\u20E3|(?![0-9#*©®™])\p{Emoji}(?:\uFE0F|\p{EMod}|\u200D\p{Emoji}|[\u{E0020}-\u{E007F}])*)$/u;

function flatten(spans: readonly Span[]): string {
  const one = (span: Span): string => {
    if ("spans" in span) return flatten(span.spans);
    return span.kind === "block" ? ` ${span.text} ` : span.text;
  };
  return spans.map(one).join("");
}

function parseInline(text: string, options: ParseOptions): Span[] {
  if (text === "") return [];
  const atoms = [...findAtoms(text, options), ...findNames(text, options)].sort((a, b) => a.from - b.from);
  const byStart = new Map<number, Atom>();
  let free = 0;
  for (const atom of atoms) {
    if (atom.from < free) continue;
    byStart.set(atom.from, atom);
    free = atom.to;
  }
  return parseMarks({ text, atoms: byStart }, 0, text.length, "");
}

function findAtoms(text: string, { nameOf }: ParseOptions): Atom[] {
  return [...text.matchAll(atomPattern)].flatMap((found): Atom[] => {
    const from = found.index;
    const whole = found[0];
    const { code, email, id } = found.groups ?? {};
    const to = from + whole.length;
    if (code !== undefined) return [{ from, to, span: { kind: "code", text: code } }];
    if (id !== undefined) return [{ from, to, span: { kind: "mention", userId: id, text: `@${nameOf?.(id) ?? id}` } }];
    if (email !== undefined) return [{ from, to, span: { kind: "link", text: email, href: `mailto:${email}` } }];
    const address = withoutEnd(whole);
    const href = toHref(address);
    if (href === undefined) return [];
    return [{ from, to: from + address.length, span: { kind: "link", text: address, href } }];
  });
}

/** Only what leads to a page: whatever else an address could do, it is text. */
function toHref(address: string): string | undefined {
  const full = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(full)) return undefined;
  const { protocol, hostname, href } = new URL(full);
  return /^https?:$/.test(protocol) && hostname !== "" ? href : undefined;
}

const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** What ends the sentence does not belong to the address; a bracket does if it was opened in it. */
function withoutEnd(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1] ?? "";
    const opening = pairs[last];
    const head = address.slice(0, end);
    const isExtra = opening ? count(head, last) > count(head, opening) : /[.,;:!?'*_~…»”’،؟।]/.test(last);
    if (!isExtra) return head;
    end -= 1;
  }
  return "";
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Names of those who are mentioned, after an `@`: of those that fit, the longest. */
function findNames(text: string, { mentions = [], isAllMentioned = false, nameOf }: ParseOptions): Atom[] {
  if (!text.includes("@")) return [];
  const names = mentions.map((userId) => ({ userId, name: nameOf?.(userId) ?? userId }));
  const called = [...names, ...(isAllMentioned ? [{ userId: undefined, name: "all" }] : [])]
    .filter(({ name }) => name !== "")
    .sort((a, b) => b.name.length - a.name.length);
  const lower = text.toLowerCase();
  // A letter that is as long in small as in capitals is the rule; where it is not, places would not fit.
  if (lower.length !== text.length) return [];
  const atoms: Atom[] = [];
  for (let from = text.indexOf("@"); from !== -1; from = text.indexOf("@", from + 1)) {
    if (isWordCharacter(text[from - 1])) continue;
    const found = called.find(({ name }) => {
      const fits = lower.startsWith(name.toLowerCase(), from + 1);
      return fits && !isWordCharacter(text[from + 1 + name.length]);
    });
    if (!found) continue;
    const to = from + 1 + found.name.length;
    const whom = found.userId === undefined ? {} : { userId: found.userId };
    atoms.push({ from, to, span: { kind: "mention", ...whom, text: text.slice(from, to) } });
  }
  return atoms;
}

type Source = { text: string; atoms: ReadonlyMap<number, Atom> };

/** @param open the marks that this stands within: none of them opens again */
function parseMarks(source: Source, from: number, to: number, open: string): Span[] {
  const spans: Span[] = [];
  // A mark that nothing closes further on is not looked for again.
  let hopeless = open;
  let plainFrom = from;
  const endPlain = (end: number): void => {
    if (end > plainFrom) spans.push({ kind: "text", text: source.text.slice(plainFrom, end) });
  };
  for (let at = from; at < to; ) {
    const atom = source.atoms.get(at);
    const mark = source.text[at] ?? "";
    const end = !atom && isMark(mark) && !hopeless.includes(mark) && canOpen(source, at) ? findEnd(source, at, to) : 0;
    if (!atom && end <= 0) {
      if (end < 0) hopeless += mark;
      at += 1;
      continue;
    }
    endPlain(at);
    if (atom) spans.push(atom.span);
    else if (isMark(mark)) spans.push({ kind: marks[mark], spans: parseMarks(source, at + 1, end, open + mark) });
    at = atom ? atom.to : end + 1;
    plainFrom = at;
  }
  endPlain(to);
  return spans;
}

function canOpen({ text }: Source, at: number): boolean {
  const next = text[at + 1];
  return !isWordCharacter(text[at - 1]) && next !== undefined && !/\s/.test(next) && next !== text[at];
}

/** Where the mark that opens at `at` is closed, in the same line; 0: it is not; -1: nor is any that follows in the range. */
function findEnd({ text, atoms }: Source, at: number, to: number): number {
  const mark = text[at];
  let isInLine = true;
  for (let place = at + 1; place < to; place += 1) {
    const atom = atoms.get(place);
    if (atom) {
      place = atom.to - 1;
      continue;
    }
    if (text[place] === "\n") isInLine = false;
    const closes = text[place] === mark && place > at + 1 && !/\s/.test(text[place - 1] ?? " ");
    if (closes && !isWordCharacter(text[place + 1])) return isInLine ? place : 0;
  }
  return -1;
}

function isMark(character: string): character is Mark {
  return Object.hasOwn(marks, character);
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}\p{M}]/u.test(character);
}
