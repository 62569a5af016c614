/** People by their ids. */
import type { PipitClient } from "@pipit/client";
import type { UserProfile } from "@pipit/protocol/models/user";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useClient } from "./provider.ts";
import { useMembers } from "./use-members.ts";

type Known = { profile: Promise<UserProfile | undefined>; now: UserProfile | undefined };

const books = new WeakMap<PipitClient, Map<string, Known>>();
/** Told when `takeUser` brings something new. */
const listeners = new Set<(userId: string) => void>();

/**
 * A user of the caller's tenant; undefined until known, and when there is none. Asked for once in a client's life: names
 * and pictures change seldom, and no event tells of them (docs/spec.md S4). What `takeUser` is given is shown at once.
 */
export function useUser(userId: string | undefined): UserProfile | undefined {
  const client = useClient();
  const [, setTurn] = useState(0);
  const known = userId === undefined ? undefined : books.get(client)?.get(userId);
  useEffect(() => {
    if (userId === undefined) return undefined;
    const again = () => setTurn((turn) => turn + 1);
    const endAsking = ask(client, userId, again);
    const onTaken = (taken: string) => taken === userId && again();
    listeners.add(onTaken);
    return () => {
      endAsking();
      listeners.delete(onTaken);
    };
  }, [client, userId]);
  return known?.now;
}

/** Takes what the server says a user is like now, as after the user has changed it: `useUser` gives it from now on. */
export function takeUser(client: PipitClient, profile: UserProfile): void {
  const book = books.get(client) ?? new Map<string, Known>();
  books.set(client, book);
  book.set(profile.id, { now: profile, profile: Promise.resolve(profile) });
  for (const listener of [...listeners]) listener(profile.id);
}

/**
 * A function that names the users of a room: its members, and who was one or is only spoken of, as soon as it is known. It
 * is another function when a name has become known.
 */
export function useNames(roomId: string | undefined): (userId: string) => string {
  const client = useClient();
  const members = useMembers(roomId);
  const [turn, setTurn] = useState(0);
  const byId = useMemo(() => new Map(members.map((member) => [member.user_id, member.name])), [members]);
  return useCallback(
    (userId: string) => {
      void turn;
      const name = byId.get(userId);
      if (name !== undefined) return name;
      const known = books.get(client)?.get(userId);
      if (!known) queueMicrotask(() => ask(client, userId, () => setTurn((before) => before + 1)));
      return known?.now?.name ?? userId;
    },
    [client, byId, turn],
  );
}

/** Asks for a user unless they are known. @returns a function that ends the waiting */
function ask(client: PipitClient, userId: string, onKnown: () => void): () => void {
  const book = books.get(client) ?? new Map<string, Known>();
  books.set(client, book);
  let known = book.get(userId);
  if (!known) {
    const asked: Known = { now: undefined, profile: fetchUser(client, userId) };
    void asked.profile.then((profile) => {
      asked.now = profile;
    });
    book.set(userId, asked);
    known = asked;
  }
  let isWaiting = true;
  void known.profile.then(() => isWaiting && onKnown());
  return () => {
    isWaiting = false;
  };
}

/** One who can't be asked for now is asked for again when they are next looked at. */
async function fetchUser(client: PipitClient, userId: string): Promise<UserProfile | undefined> {
  try {
    return await client.api.users.get({ user_id: userId });
  } catch {
    // Offline, or no such user: the id stands for the name until then.
    books.get(client)?.delete(userId);
    return undefined;
  }
}
