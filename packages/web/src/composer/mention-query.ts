/** What of a text is the beginning of a mention, and the mention in its place. */

export type MentionQuery = {
  /** Where the `@` stands. */
  start: number;
  end: number;
  /** What has been written of the name. */
  name: string;
};

const longest = 40;

/** Undefined where nobody is being called: an `@` within a word is a part of an address. */
export function findMentionQuery(text: string, caret: number): MentionQuery | undefined {
  const before = text.slice(Math.max(0, caret - longest), caret);
  const [, name] = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{M}\p{N}_.'-]*(?: [\p{L}\p{M}\p{N}_.'-]*)?)$/u.exec(before) ?? [];
  if (name === undefined) return undefined;
  return { start: caret - name.length - 1, end: caret, name };
}

/** @returns the text with the name in the place of what was written of it, and where the caret goes */
export function insertMention(
  text: string,
  { start, end }: MentionQuery,
  name: string,
): { text: string; caret: number } {
  const rest = text.slice(end);
  const called = `@${name}${/^\s/.test(rest) ? "" : " "}`;
  return { text: text.slice(0, start) + called + rest, caret: start + called.length };
}

/** Whether a text calls somebody by the whole of a name: `@Ann` is not in `@Anna`, nor in an address. */
export function isCalled(text: string, name: string): boolean {
  const letter = /[\p{L}\p{M}\p{N}]/u;
  const called = `@${name}`;
  for (let at = text.indexOf(called); at >= 0; at = text.indexOf(called, at + 1)) {
    const isWord = letter.test(text.charAt(at - 1)) || letter.test(text.charAt(at + called.length));
    if (!isWord) return true;
  }
  return false;
}

/** A name that begins so, or a word of it that does. */
export function fitsName(name: string, query: string): boolean {
  const wanted = query.trim().toLocaleLowerCase();
  const full = name.toLocaleLowerCase();
  return full.startsWith(wanted) || full.split(/\s+/).some((word) => word.startsWith(wanted));
}
