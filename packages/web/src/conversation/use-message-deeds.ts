/** Changes of messages: what the SDK holds is changed at once and told later; what was fetched from the past, at the server. */
import { type MessageItem, PipitError } from "@pipit/client";
import type { pinDurations } from "@pipit/protocol/operations/pins";
import { useClient } from "@pipit/react";
import { useMemo } from "react";
import { useGo } from "../app/use-go.ts";
import { useAttempt } from "../ui/use-attempt.ts";

export type PinDuration = (typeof pinDurations)[number];

export type MessageDeeds = {
  react(item: MessageItem, emoji: string): void;
  star(item: MessageItem, isStarred: boolean): void;
  remove(item: MessageItem, whom: "everyone" | "me"): void;
  pin(item: MessageItem, duration: PinDuration): void;
  unpin(messageId: string): void;
  vote(item: MessageItem, optionIds: number[]): Promise<void>;
  closePoll(item: MessageItem): Promise<void>;
  retry(item: MessageItem): void;
  discard(item: MessageItem): void;
  talkTo(userId: string): void;
};

export function useMessageDeeds(roomId: string): MessageDeeds {
  const client = useClient();
  const go = useGo();
  const { attempt } = useAttempt();
  return useMemo<MessageDeeds>(() => {
    const room = client.room(roomId);
    const { messages, polls } = client.api;
    const isHeld = ({ key }: MessageItem): boolean =>
      room.messages.getSnapshot().items.some((item) => item.key === key);
    const run = async (work: () => Promise<unknown>): Promise<void> => {
      await attempt(work);
    };
    return {
      react(item, emoji) {
        const isOn = !item.reactions.some((one) => one.emoji === emoji && one.reacted_by_me);
        const about = { message_id: item.id, emoji };
        void run(() => {
          if (isHeld(item)) return room.react(item.key, emoji, isOn);
          return isOn ? messages.react(about) : messages.unreact(about);
        });
      },
      star(item, isStarred) {
        void run(() =>
          isHeld(item) ? room.star(item.key, isStarred) : messages.star({ message_id: item.id, is_starred: isStarred }),
        );
      },
      remove(item, whom) {
        void run(() =>
          isHeld(item) ? room.delete(item.key, whom) : messages.delete({ message_id: item.id, for: whom }),
        );
      },
      pin: (item, duration) => void run(() => messages.pin({ message_id: item.id, duration })),
      unpin: (messageId) => void run(() => messages.unpin({ message_id: messageId })),
      vote: (item, optionIds) => run(() => polls.vote({ message_id: item.id, option_ids: optionIds })),
      closePoll: (item) => run(() => polls.close({ message_id: item.id })),
      retry: (item) => void run(() => client.outbox.retry(item.key)),
      discard: (item) => void run(() => client.outbox.discard(item.key)),
      talkTo(userId) {
        void run(async () => {
          const known = client.rooms.getSnapshot().find(({ type, peer }) => type === "direct" && peer?.id === userId);
          const found = known ?? (await client.api.rooms.create({ type: "direct", member_ids: [userId] }));
          go.room(found.id);
        });
      },
    };
  }, [client, roomId, attempt, go]);
}

/** What an outbox item that was refused would have been told as. */
export function toRefusal({ code, message }: { code: string; message: string }): PipitError {
  return new PipitError(code as PipitError["code"], { message, retryable: false });
}
