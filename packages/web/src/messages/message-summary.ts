/** A message in one line: for rows of rooms, quotes and notifications. */

import type { Message } from "@pipit/protocol/models/message";
import { useNames } from "@pipit/react";
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { cleanFileName } from "../media/media-format.ts";
import { useIdentity } from "../session/session.tsx";
import { flattenText } from "./parse-text.ts";
import { systemWords } from "./system-words.ts";

/** A message, or as much of it as a reply's preview has. */
export type Summarised = Pick<Message, "sender_id" | "message_type" | "content" | "is_deleted"> & Partial<Message>;

type Words = TFunction<"conversation">;

/** @returns a function, another one when a name has become known that it had not */
export function useMessageSummary(): (message: Summarised) => string {
  const { t } = useTranslation("conversation");
  const { userId: me } = useIdentity();
  const nameOf = useNames(undefined);
  return useCallback((message: Summarised) => summarise(t, message, { me, nameOf }), [t, me, nameOf]);
}

function summarise(t: Words, message: Summarised, who: { me: string; nameOf(userId: string): string }): string {
  const { sender_id: sender, content, meta_data: meta } = message;
  const fact = meta?.system;
  if (message.message_type === "system") return fact ? systemWords(t, fact, sender, who) : content;
  if (message.is_deleted) return t(sender === who.me ? "deletedByMe" : "deleted");
  const text = flattenText(content, { mentions: meta?.mentions, nameOf: who.nameOf });
  const label = labelOf(t, message);
  if (label === undefined) return text;
  return `${label.icon} ${label.isInstead || text === "" ? label.text : text}`;
}

type Label = { icon: string; text: string; isInstead?: boolean };

/** What is said of a message that is not text alone; `isInstead`: its text is only for who does not know its type. */
function labelOf(t: Words, { message_type: type, content, media, meta_data: meta }: Summarised): Label | undefined {
  if (type === "image") return { icon: "📷", text: t("kind.image") };
  if (type === "video") return { icon: "🎥", text: t("kind.video") };
  if (type === "audio")
    return isMusic(media)
      ? { icon: "🎵", text: cleanFileName(media.file_name) }
      : { icon: "🎤", text: t("kind.voice") };
  if (type === "file") return { icon: "📄", text: media ? cleanFileName(media.file_name) : t("kind.file") };
  if (type === "contact")
    return { icon: "👤", text: meta?.contact?.name ?? (content || t("kind.contact")), isInstead: true };
  if (type === "location") return { icon: "📍", text: meta?.location?.name ?? t("kind.location"), isInstead: true };
  if (type === "poll")
    return { icon: "📊", text: meta?.poll?.question ?? (content || t("kind.poll")), isInstead: true };
  return undefined;
}

/** A sound that was not recorded here has a name that somebody gave it. */
function isMusic(media: Message["media"]): media is NonNullable<Message["media"]> {
  return media !== undefined && !/^voice[ _.-]/i.test(media.file_name);
}
