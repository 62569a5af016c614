/** What is being written, and what happens when it is sent. */
import type { MessageItem } from "@pipit/client";
import { useClient, useMessageActions, useTyping } from "@pipit/react";
import { type RefObject, useCallback } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import { type Mentions, useMentions } from "./use-mentions.ts";
import { useSlowMode } from "./use-slow-mode.ts";
import { useText } from "./use-text.ts";

export type WritingProps = {
  roomId: string;
  replyTo: MessageItem | undefined;
  /** One's own message whose text is changed. */
  editing: MessageItem | undefined;
  onReplyDone(): void;
  onEditDone(): void;
  onSent(): void;
};

export type Writing = {
  text: string;
  mentions: Mentions;
  /** A key was pressed. */
  write(text: string): void;
  submit(): void;
  /** Something was sent, of whatever kind. */
  sent(): void;
  endEdit(): void;
  isEmpty: boolean;
  isHeldBack: boolean;
  isSlowed: boolean;
  waitSeconds: number;
  /** Characters. */
  left: number;
};

const longest = 10_000;

export function useSubmit(props: WritingProps, field: RefObject<HTMLTextAreaElement | null>): Writing {
  const { roomId, replyTo, editing, onReplyDone, onEditDone, onSent } = props;
  const { text, setText, clear } = useText(roomId, { replyTo, editing });
  const { setTyping } = useTyping(roomId);
  const write = (now: string): void => {
    setText(now);
    if (!editing) setTyping(now.trim() !== "");
  };
  const mentions = useMentions({ roomId, text, field, onText: write });
  const client = useClient();
  const { attempt } = useAttempt();
  const change = useEdit(roomId);
  const slow = useSlowMode(roomId);
  const isEmpty = text.trim() === "";
  const left = longest - text.length;
  const isSlowed = slow.waitSeconds > 0 && !editing;
  const isHeldBack = isEmpty || left < 0 || isSlowed;
  const { waitSeconds, noteSent } = slow;
  const sent = useCallback(() => {
    noteSent();
    onReplyDone();
    onSent();
  }, [noteSent, onReplyDone, onSent]);
  const endEdit = (): void => {
    clear();
    onEditDone();
  };
  const say = async (content: string): Promise<void> => {
    const named = mentions.named(content);
    clear();
    const message = { content, replyTo: replyTo?.key, ...(named.length > 0 ? { mentions: named } : {}) };
    const key = attempt(() => client.room(roomId).send(message));
    sent();
    // What this device had no room for is not lost.
    if ((await key) === undefined && field.current?.value === "") setText(content);
  };
  const submit = (): void => {
    if (isHeldBack) return;
    const content = text.trim();
    if (!editing) return void say(content);
    if (content !== editing.content) change(editing.key, content);
    endEdit();
  };
  return { text, mentions, write, submit, sent, endEdit, isEmpty, isHeldBack, isSlowed, waitSeconds, left };
}

/** @returns a function that changes a message's text; the person is told if that could not be kept */
function useEdit(roomId: string): (key: string, content: string) => void {
  const { edit } = useMessageActions(roomId);
  const { attempt } = useAttempt();
  return (key, content) => {
    void attempt(async () => {
      if (!(await edit(key, content))) throw new Error("The change could not be kept.");
    });
  };
}
