/** Calling members by their names, as one writes. */
import { useMembers, useRoom } from "@pipit/react";
import { type KeyboardEvent, type RefObject, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useIdentity } from "../session/session.tsx";
import type { Mentionable } from "./mention-list.tsx";
import { findMentionQuery, fitsName, insertMention, isCalled } from "./mention-query.ts";

const most = 8;
/** What the server takes for everyone, in an admin's text. */
const everyone = "all";

export type Mentions = {
  people: readonly Mentionable[];
  place: number;
  pick(person: Mentionable): void;
  /** Where the caret is now, in which text. */
  follow(caret: number, text: string): void;
  /** @returns whether the key was for the list */
  onKey(event: KeyboardEvent): boolean;
  /** Ids of those who were picked and are still called in a text. */
  named(text: string): string[];
};

type Options = {
  roomId: string;
  text: string;
  field: RefObject<HTMLTextAreaElement | null>;
  onText(text: string): void;
};

export function useMentions({ roomId, text, field, onText }: Options): Mentions {
  const { userId } = useIdentity();
  const { room } = useRoom(roomId);
  const isGroup = room !== undefined && room.type !== "direct";
  const members = useMembers(isGroup ? roomId : undefined);
  const [caret, setCaret] = useState(0);
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState(-1);
  const picked = useRef(new Map<string, string>());
  const query = isGroup ? findMentionQuery(text, Math.min(caret, text.length)) : undefined;
  const mayCallAll = room?.role !== "member";
  const name = query?.name;
  const people = useMemo(() => {
    if (name === undefined) return [];
    const others = members.filter((member) => member.user_id !== userId && fitsName(member.name, name));
    const sorted = others.sort((a, b) => a.name.localeCompare(b.name)).slice(0, most);
    return mayCallAll && everyone.startsWith(name.toLowerCase()) ? [...sorted, "all" as const] : sorted;
  }, [name, members, userId, mayCallAll]);
  const shown = query && query.start !== closedAt ? people : [];
  const at = Math.min(place, Math.max(0, shown.length - 1));
  const pick = (person: Mentionable): void => {
    if (!query) return;
    const called = person === "all" ? everyone : person.name;
    if (person !== "all") picked.current.set(person.user_id, person.name);
    const changed = insertMention(text, query, called);
    // At once: whoever types on must not be overtaken by the caret.
    flushSync(() => onText(changed.text));
    field.current?.setSelectionRange(changed.caret, changed.caret);
    setCaret(changed.caret);
    setPlace(0);
    // The name stands there: what follows it is no more of it, and Enter sends.
    setClosedAt(query.start);
  };
  return {
    people: shown,
    place: at,
    pick,
    follow(now, said) {
      setCaret(now);
      // Who begins anew is asked anew.
      if (!findMentionQuery(said, now)?.name) setClosedAt(-1);
      if (now !== caret) setPlace(0);
    },
    onKey(event) {
      const person = shown[at];
      if (!person || !query) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) setPlace((at + step + shown.length) % shown.length);
      else if (event.key === "Enter" || event.key === "Tab") pick(person);
      else if (event.key === "Escape") setClosedAt(query.start);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    named: (said) => [...picked.current].filter(([, called]) => isCalled(said, called)).map(([id]) => id),
  };
}
