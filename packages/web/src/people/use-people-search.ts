/** People of the server by their names, as somebody types. */
import { useClient, useRooms } from "@pipit/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useIdentity } from "../session/session.tsx";
import { useLoad } from "../ui/use-load.ts";

export type Person = { id: string; name: string; avatar_url: string | null; status_message?: string | null };

export type PeopleSearch = { people: readonly Person[]; isLoading: boolean; error: Error | undefined; reload(): void };

const pauseMs = 200;
const most = 50;
const nobody: readonly Person[] = [];

/** Without a text, those whom the person has direct rooms with, the newest first. Never the person themself. */
export function usePeopleSearch(text: string): PeopleSearch {
  const { api } = useClient();
  const { userId } = useIdentity();
  const wanted = useSettled(text.trim());
  const recent = useRecentPeople();
  const search = useCallback(
    async (signal: AbortSignal): Promise<readonly Person[]> =>
      wanted === "" ? nobody : (await api.users.search({ q: wanted.slice(0, 100), limit: most }, { signal })).items,
    [api, wanted],
  );
  const { value, error, isLoading, reload } = useLoad(search);
  const people = useMemo(
    () => (wanted === "" ? recent : (value ?? nobody)).filter((person) => person.id !== userId),
    [wanted, recent, value, userId],
  );
  return { people, isLoading: wanted !== "" && (isLoading || wanted !== text.trim()), error, reload };
}

function useRecentPeople(): readonly Person[] {
  const { rooms } = useRooms();
  return useMemo(() => rooms.flatMap(({ peer, is_hidden }) => (peer && !is_hidden ? [peer] : [])), [rooms]);
}

/** A text once nobody types any more: not every letter is a question. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text === "" ? 0 : pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
