/** The draft of a room. */
import { useMemo } from "react";
import { useClient } from "./provider.ts";
import { type DraftText, type DraftView, emptyDraft, RoomDraft } from "./room-draft.ts";
import { useQuery } from "./use-query.ts";

export type DraftControl = DraftView & {
  setContent(content: string): void;
  /** Takes the id of a message that the server has; null: it replies to none. */
  setReplyTo(messageId: DraftText["replyTo"]): void;
  /** Empties it, on all devices: after sending. */
  clear(): void;
};

const saveMs = 800;

/**
 * What a person is writing: kept here at once, saved when they pause, leave the room or put the page away. What another
 * device saves is taken unless something here is not saved yet. In one component at a time for each room.
 * @param options `saveMs`: how long a pause is
 */
export function useDraft(roomId: string, options: { saveMs?: number } = {}): DraftControl {
  const { saveMs: delayMs = saveMs } = options;
  const client = useClient();
  const draft = useMemo(() => new RoomDraft(client, roomId, delayMs), [client, roomId, delayMs]);
  const view = useQuery(draft, emptyDraft);
  const controls = useMemo(
    () => ({
      setContent: (content: string) => draft.write({ content }),
      setReplyTo: (replyTo: string | null) => draft.write({ replyTo }),
      clear() {
        draft.write({ content: "", replyTo: null });
        void draft.save();
      },
    }),
    [draft],
  );
  return useMemo(() => ({ ...view, ...controls }), [view, controls]);
}
