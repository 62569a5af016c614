/** What rows may do, as one object that stays the same for as long as nothing in it has changed. */
import { useMembers } from "@pipit/react";
import { useMemo } from "react";
import { useGo } from "../app/use-go.ts";
import type { Deeds } from "./deeds.ts";
import type { MessageDeeds } from "./use-message-deeds.ts";

type Parts = Pick<
  Deeds,
  | "me"
  | "roomId"
  | "isGroup"
  | "isReadOnly"
  | "nameOf"
  | "summarise"
  | "jumpTo"
  | "reply"
  | "chooseReaction"
  | "showReactions"
> & { changes: MessageDeeds };

export function useConversationDeeds(parts: Parts): Deeds {
  const { me, roomId, isGroup, isReadOnly, nameOf, summarise, jumpTo, reply, chooseReaction, showReactions, changes } =
    parts;
  const go = useGo();
  const members = useMembers(isReadOnly ? undefined : roomId);
  const avatars = useMemo(() => new Map(members.map((member) => [member.user_id, member.avatar_url])), [members]);
  return useMemo<Deeds>(() => {
    const { react, vote, closePoll, retry, discard, talkTo } = changes;
    return {
      me,
      roomId,
      isGroup,
      isReadOnly,
      nameOf,
      avatarOf: (userId) => avatars.get(userId) ?? null,
      summarise,
      jumpTo,
      reply,
      chooseReaction,
      showReactions,
      react,
      vote,
      closePoll,
      retry,
      discard,
      talkTo,
      view: (item) => go.view(item.id),
    };
  }, [
    me,
    roomId,
    isGroup,
    isReadOnly,
    nameOf,
    avatars,
    summarise,
    jumpTo,
    reply,
    chooseReaction,
    showReactions,
    changes,
    go,
  ]);
}
