/** Says what the server would not have of what was done to messages, and gives it up: the message is as it was. */
import { useOutbox } from "@pipit/react";
import { type ReactNode, useEffect } from "react";
import { useToast } from "../ui/toasts.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import { toRefusal } from "./use-message-deeds.ts";

const kinds: ReadonlySet<string> = new Set(["edit", "delete", "react", "star"]);

export function RefusedChanges({ roomId }: { roomId: string }): ReactNode {
  const { items, discard } = useOutbox();
  const toast = useToast();
  const say = useErrorText();
  useEffect(() => {
    for (const item of items) {
      if (item.roomId !== roomId || item.state !== "failed" || !kinds.has(item.action.kind) || !item.error) continue;
      toast({ text: say(toRefusal(item.error)), isError: true });
      void discard(item.id);
    }
  }, [items, roomId, discard, toast, say]);
  return null;
}
