/** A room's members, oneself first, then by role and name. */
import type { Member } from "@pipit/protocol/models/room";
import { useMembers } from "@pipit/react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useIdentity } from "../session/session.tsx";

const ranks = { owner: 0, admin: 1, member: 2 };

export function useSortedMembers(roomId: string): readonly Member[] {
  const { i18n } = useTranslation();
  const { userId } = useIdentity();
  const members = useMembers(roomId);
  const { language } = i18n;
  return useMemo(() => {
    const { compare } = new Intl.Collator(language);
    const rank = (member: Member): number => (member.user_id === userId ? -1 : ranks[member.role]);
    return [...members].sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
  }, [members, userId, language]);
}
