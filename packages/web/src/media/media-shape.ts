/** What a message's medium is shown as. */
import type { MessageItem } from "@pipit/client";
import type { Message } from "@pipit/protocol/models/message";

/** A message, which may still be on its way to the server. */
export type MediaMessage = Message & Partial<Pick<MessageItem, "key" | "delivery" | "is_pending" | "error">>;

export type MediaShape = "picture" | "gif" | "film" | "voice" | "audio" | "document";

type Described = { messageType: Message["message_type"]; mimeType: string; fileName: string; hasPoster: boolean };

const shownByBrowsers = new Set(["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]);

/** Recordings bear such a name, or are what browsers record; what else is sounds is a file that somebody chose. */
const voiceName = /^(voice|recording|ptt)(?!\p{L})/iu;
const recorded = new Set(["audio/ogg", "audio/webm"]);

export function toShape({ messageType, mimeType, fileName, hasPoster }: Described): MediaShape {
  if (messageType === "image") {
    if (mimeType === "image/gif") return "gif";
    return hasPoster || shownByBrowsers.has(mimeType) ? "picture" : "document";
  }
  if (messageType === "video") return "film";
  if (messageType === "audio") return recorded.has(mimeType) || voiceName.test(fileName) ? "voice" : "audio";
  return "document";
}

/** The shape of a message that the server has; undefined for one without a medium. */
export function findShape({ message_type, media }: Message): MediaShape | undefined {
  if (!media) return undefined;
  const { mime_type, file_name, thumbnail_url } = media;
  return toShape({
    messageType: message_type,
    mimeType: mime_type,
    fileName: file_name,
    hasPoster: thumbnail_url !== null,
  });
}

/** Whether it fills the page when it is opened. */
export function isViewable(message: Message): boolean {
  const shape = findShape(message);
  return !message.is_deleted && (shape === "picture" || shape === "gif" || shape === "film");
}

/** It is on its way: what it carries is on this device only. */
export function isEcho(message: MediaMessage): boolean {
  return message.is_pending === true && message.change === 0;
}
