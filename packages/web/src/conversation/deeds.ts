/** What a person may do from within a conversation's rows. Rows take it from the context, so that they need no functions. */
import type { MessageItem } from "@pipit/client";
import { createContext, useContext } from "react";
import type { Summarised } from "../messages/message-summary.ts";

export type Deeds = {
  /** The id of the person who is signed in. */
  me: string;
  roomId: string;
  /** Several people speak: their names are said. */
  isGroup: boolean;
  /** Nothing can be said or changed: it was left, or waits to be accepted. */
  isReadOnly: boolean;
  nameOf(userId: string): string;
  avatarOf(userId: string): string | null;
  /** A message in one line. */
  summarise(message: Summarised): string;
  reply(item: MessageItem): void;
  react(item: MessageItem, emoji: string): void;
  /** Opens the choice of emoji beside an element. */
  chooseReaction(item: MessageItem, beside: Element): void;
  showReactions(item: MessageItem): void;
  /** Jumps to a message, loading what is around it if need be. */
  jumpTo(messageId: string): void;
  view(item: MessageItem): void;
  vote(item: MessageItem, optionIds: number[]): Promise<void>;
  closePoll(item: MessageItem): Promise<void>;
  retry(item: MessageItem): void;
  discard(item: MessageItem): void;
  /** Begins a chat with somebody. */
  talkTo(userId: string): void;
};

const context = createContext<Deeds | undefined>(undefined);
export const DeedsProvider = context.Provider;

export function useDeeds(): Deeds {
  const deeds = useContext(context);
  if (!deeds) throw new Error("There is no conversation around this component.");
  return deeds;
}
