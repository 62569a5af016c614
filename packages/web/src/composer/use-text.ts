/** What stands in the field: a draft that all of one's devices share, or the text of a message that is being changed. */
import type { MessageItem } from "@pipit/client";
import { type DraftControl, useDraft } from "@pipit/react";
import { useEffect, useRef, useState } from "react";

export type Text = { text: string; setText(text: string): void; clear(): void };

type About = { replyTo: MessageItem | undefined; editing: MessageItem | undefined };

/** The draft waits while a message is changed. What arrives of the message meanwhile does not touch what is being written. */
export function useText(roomId: string, { replyTo, editing }: About): Text {
  const draft = useDraft(roomId);
  useReplyKept(draft, replyTo);
  const [changed, setChanged] = useState<{ key: string; text: string }>();
  if (!editing) return { text: draft.content, setText: draft.setContent, clear: draft.clear };
  const { key, content } = editing;
  return {
    text: changed?.key === key ? changed.text : content,
    setText: (text) => setChanged({ key, text }),
    clear: () => setChanged(undefined),
  };
}

/** What one answers is kept with the text. At first none is chosen: that says nothing of the draft, which comes later. */
function useReplyKept({ replyTo: kept, setReplyTo }: DraftControl, replyTo: MessageItem | undefined): void {
  // One that waits to be sent itself has no id yet that other devices would know.
  const chosen = replyTo && replyTo.change > 0 ? replyTo.id : null;
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (chosen === before.current) return;
    before.current = chosen;
    if (kept !== chosen) setReplyTo(chosen);
  }, [chosen, kept, setReplyTo]);
}
