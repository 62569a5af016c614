/** Plans what is said in a room, by whom and when, of the conversations of a phrase book. */
import type { DemoRandom } from "./demo-random.ts";
import type { Book } from "./demo-rooms.ts";
import { chooseWords, fillWords } from "./fill-words.ts";
import type { Attachment, Conversation, Line } from "./phrase-books.ts";
import { planTimes, type Span } from "./plan-times.ts";

export type PlannedLine = {
  at: Date;
  speaker: string;
  text: string;
  former: string | undefined;
  attachment: Attachment | undefined;
  /** How many lines above the one is that it answers. */
  answers: number | undefined;
  reactions: { emoji: string; userId: string }[];
  /** Who puts a star on it. */
  starredBy: string | undefined;
  isDeleted: boolean;
  isPinned: boolean;
};

/** `away` are those who have not read it. */
export type PlannedTalk = { lines: PlannedLine[]; away: string[] };

export type TalkPlace = {
  book: Book;
  /** Who may speak and read, by id, with their names. */
  names: ReadonlyMap<string, string>;
  /** How many of the last talks someone has not read; who is missing has read all. */
  behind: ReadonlyMap<string, number>;
  /** Two who are alone: who is behind has not answered yet. */
  isPair: boolean;
};

const slips = ["Sorry, wrong chat", "Oops, that was meant for my sister", "🙈 wrong window", "Ignore this, please"];

/** @param messages about how many there are to be */
export function planTalks(
  random: DemoRandom,
  place: TalkPlace,
  book: readonly Conversation[],
  span: Span,
  messages: number,
): PlannedTalk[] {
  const chosen = chooseConversations(random, book, messages);
  const casts = chosen.map((conversation, index) => {
    const away = findAway(place, chosen.length - 1 - index);
    const cast = castLetters(random, place, conversation.lines, away);
    const lines = place.isPair && away.length > 0 ? cutAnswers(conversation.lines, cast, away) : conversation.lines;
    return { away, cast, lines, gaps: lines.map(() => random.between(25, 150) * 1000) };
  });
  const starts = planTimes(
    random,
    span,
    casts.map(({ gaps }) => gaps.reduce((sum, gap) => sum + gap, 0)),
  );
  return casts.map(({ away, cast, lines, gaps }, index) => {
    let at = starts[index]?.getTime() ?? span.until.getTime();
    const words = chooseWords(random, new Date(at), toNames(place, cast));
    const planned = lines.map((line, place_) => {
      at += gaps[place_] ?? 0;
      return planLine(line, {
        at: new Date(at),
        cast,
        book: place.book,
        fill: (text) => fillWords(text, place.book, words),
      });
    });
    return { lines: withSlip(random, planned), away };
  });
}

// What would be odd twice comes once: the first of it as the first of all, the others anywhere. The rest is said in
// rounds, of which the newest is a whole one: nobody reads the same twice without going far back.
function chooseConversations(random: DemoRandom, book: readonly Conversation[], messages: number): Conversation[] {
  const [first, ...rare] = book.filter((conversation) => conversation.isOnce);
  const often = book.filter((conversation) => !conversation.isOnce);
  const rounds: Conversation[][] = [];
  let count = countLines(first ? [first, ...rare] : rare);
  while (count < messages) {
    const round: Conversation[] = [];
    for (const conversation of random.shuffle(often)) {
      const isStriking = conversation.lines.some(({ attachment }) => strikes(attachment));
      const isKnown = isStriking && (rounds.length > 0 || random.next() < 0.4);
      if (count >= messages || isKnown) continue;
      round.push(conversation);
      count += conversation.lines.length;
    }
    if (round.length === 0) break;
    rounds.unshift(round);
  }
  const chosen = rounds.flat();
  for (const conversation of rare) chosen.splice(random.between(0, chosen.length), 0, conversation);
  return first ? [first, ...chosen] : chosen;
}

export function countLines(conversations: readonly Conversation[]): number {
  return conversations.reduce((sum, { lines }) => sum + lines.length, 0);
}

// The same document or voice twice would be noticed, and not every chat has one. Each picture is another one.
function strikes(attachment: Attachment | undefined): boolean {
  return attachment !== undefined && attachment.kind !== "photo";
}

function findAway({ behind }: TalkPlace, talksAfter: number): string[] {
  return [...behind].flatMap(([userId, talks]) => (talksAfter < talks ? [userId] : []));
}

/** Who speaks under which letter: those who are away only if there is nobody else. */
function castLetters(
  random: DemoRandom,
  { names, isPair }: TalkPlace,
  lines: readonly Line[],
  away: readonly string[],
): Map<string, string> {
  const speakers = lines.map((line) => line.speaker);
  const reacting = lines.flatMap((line) => line.reactions.flatMap((reaction) => reaction.speakers));
  const named = speakers.filter((speaker) => names.has(speaker));
  const free = random.shuffle([...names.keys()].filter((userId) => !named.includes(userId)));
  const present = free.filter((userId) => !away.includes(userId));
  const cast = new Map(named.map((userId) => [userId, userId]));
  const queue = [...present, ...(isPair ? away : [])];
  const mentioned = lines.flatMap(({ text }) => [...text.matchAll(/@([A-F])\b/g)].map(([, letter = ""]) => letter));
  for (const letter of new Set([...speakers, ...reacting, ...mentioned])) {
    const userId = cast.has(letter) ? undefined : queue.shift();
    if (userId !== undefined) cast.set(letter, userId);
  }
  for (const letter of new Set([...speakers, ...mentioned])) {
    const userId = cast.has(letter) ? undefined : free.find((id) => ![...cast.values()].includes(id));
    if (userId !== undefined) cast.set(letter, userId);
  }
  return cast;
}

function cutAnswers(lines: readonly Line[], cast: ReadonlyMap<string, string>, away: readonly string[]): Line[] {
  const end = lines.findIndex((line) => away.includes(cast.get(line.speaker) ?? ""));
  return (end < 0 ? [...lines] : lines.slice(0, end)).map((line) => ({ ...line, reactions: [] }));
}

function toNames({ names }: TalkPlace, cast: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...cast].map(([letter, userId]) => [letter, names.get(userId) ?? userId]));
}

type Setting = { at: Date; cast: ReadonlyMap<string, string>; book: string; fill(text: string): string };

function planLine(line: Line, { at, cast, book, fill }: Setting): PlannedLine {
  const speaker = cast.get(line.speaker);
  if (speaker === undefined) throw new Error(`nobody is there in ${book} to say: ${line.text}`);
  const others = [...cast.values()].filter((userId) => userId !== speaker);
  return {
    at,
    speaker,
    text: fill(line.text),
    former: line.former === undefined ? undefined : fill(line.former),
    attachment: line.attachment && { ...line.attachment, given: fill(line.attachment.given) },
    answers: line.answers,
    reactions: line.reactions.flatMap(({ emoji, speakers }) =>
      speakers.flatMap((letter) => {
        const userId = cast.get(letter);
        return userId === undefined ? [] : [{ emoji, userId }];
      }),
    ),
    starredBy: line.marks.has("star") ? others[0] : undefined,
    isDeleted: line.marks.has("del"),
    isPinned: line.marks.has("pin"),
  };
}

// Now and then somebody writes into the wrong chat, and takes it back.
function withSlip(random: DemoRandom, lines: PlannedLine[]): PlannedLine[] {
  const last = lines.at(-1);
  if (last === undefined || lines.length < 3 || random.next() > 0.04) return lines;
  const slip = { ...last, text: random.pick(slips), former: undefined, attachment: undefined, answers: undefined };
  return [...lines, { ...slip, reactions: [], starredBy: undefined, isPinned: false, isDeleted: true }];
}
