/** Who is writing. */
import type { RoomHandle, Typist } from "@pipit/client";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useClient } from "./provider.ts";
import { deriveQuery, isSameList, isSameRecord, useQuery } from "./use-query.ts";

type TypingKind = Typist["kind"];

export type TypingControl = {
  typists: readonly Typist[];
  /** To be called as often as the user presses a key; sending a message ends it by itself. */
  setTyping(isTyping: boolean, kind?: TypingKind): void;
};

const nobody: readonly Typist[] = [];

/** Who writes or records in a room, and a way to say that the user does. It ends with the component that said so. */
export function useTyping(roomId: string): TypingControl {
  const room = useClient().room(roomId);
  const query = useMemo(() => deriveQuery([room.typing], () => room.typing.getSnapshot(), isSameTypists), [room]);
  const typists = useQuery(query, nobody);
  const said = useRef(new Set<TypingKind>());
  const setTyping = useCallback(
    (isTyping: boolean, kind: TypingKind = "text") => {
      if (isTyping) said.current.add(kind);
      else said.current.delete(kind);
      room.setTyping(isTyping, kind);
    },
    [room],
  );
  useEffect(() => {
    const kinds = said.current;
    return () => stopTyping(room, kinds);
  }, [room]);
  return useMemo(() => ({ typists, setTyping }), [typists, setTyping]);
}

function stopTyping(room: RoomHandle, kinds: Set<TypingKind>): void {
  for (const kind of kinds) room.setTyping(false, kind);
  kinds.clear();
}

function isSameTypists(before: readonly Typist[], now: readonly Typist[]): boolean {
  const sames = now.map((typist, place) => {
    const known = before[place];
    return known && isSameRecord(known, typist) ? known : typist;
  });
  return isSameList(before, sames);
}
