/** Reads the phrase books (assets/demo): small conversations, a line a message. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Book } from "./demo-rooms.ts";

/** What goes along with a line: `[photo sea]`, `[voice 6]`, `[pdf Title]`, `[contact id]`, `[place …]`, `[poll …]`. */
export type Attachment = { kind: string; given: string };

export type Line = {
  /** A letter for somebody of the room, the same all through a conversation; or a person's id. */
  speaker: string;
  text: string;
  attachment: Attachment | undefined;
  /** How many lines above the one is that it answers. */
  answers: number | undefined;
  /** What it said before it was edited. */
  former: string | undefined;
  reactions: { emoji: string; speakers: string[] }[];
  marks: ReadonlySet<string>;
};

/** `isOnce`: it would be odd a second time. */
export type Conversation = { isOnce: boolean; lines: Line[] };

const folder = join(import.meta.dirname, "../../assets/demo");

/** @throws {Error} when a line can't be read */
export async function readPhraseBook(book: Book): Promise<Conversation[]> {
  const text = await readFile(join(folder, `${book}.txt`), "utf8");
  return text
    .trim()
    .split(/\n\s*\n/)
    .map(readConversation);
}

function readConversation(block: string): Conversation {
  const lines = block.split("\n");
  const isOnce = lines[0] === "!once";
  return { isOnce, lines: lines.slice(isOnce ? 1 : 0).map(readLine) };
}

function readLine(line: string): Line {
  const [, speaker, said] = /^(\w+): (.*)$/.exec(line) ?? [];
  if (speaker === undefined || said === undefined) throw new Error(`not a line of a phrase book: ${line}`);
  const tags = [...said.matchAll(/\{([^}]*)\}/g)].map(([, tag = ""]) => tag);
  const attachment = /\[(\w+) ([^\]]*)\]/.exec(said);
  const answers = /^>(\d) /.exec(said)?.[1];
  return {
    speaker,
    text: said
      .replace(/^>\d /, "")
      .replace(/\{[^}]*\}|\[\w+ [^\]]*\]/g, "")
      .trim(),
    attachment: attachment ? { kind: attachment[1] ?? "", given: attachment[2] ?? "" } : undefined,
    answers: answers === undefined ? undefined : Number(answers),
    former: tags.find((tag) => tag.startsWith("was "))?.slice("was ".length),
    reactions: tags.filter((tag) => tag.startsWith("+")).map(readReaction),
    marks: new Set(tags.flatMap((tag) => /^\w+/.exec(tag)?.[0] ?? [])),
  };
}

function readReaction(tag: string): Line["reactions"][number] {
  const [, emoji = "", letters = ""] = /^\+(.*?)([A-Z]+)$/u.exec(tag) ?? [];
  return { emoji, speakers: [...letters] };
}
