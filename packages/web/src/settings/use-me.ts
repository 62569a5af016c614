/** The person who is signed in, as others see them. */

import type { UserProfile } from "@pipit/protocol/models/user";
import { useUser } from "@pipit/react";
import { useIdentity } from "../session/session.tsx";

export type Me = { id: string; name: string; profile: UserProfile | undefined };

/** Before the server has said it, the name that they signed in with. */
export function useMe(): Me {
  const { userId, name } = useIdentity();
  const profile = useUser(userId);
  return { id: userId, name: profile?.name ?? (name || userId), profile };
}
