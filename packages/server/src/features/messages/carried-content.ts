/** Content of a shape of its own, which a message carries in its meta data beside the text. */
import { type MessageType, sendableTypes } from "@pipit/protocol/models/message";
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { StoredMetaData } from "../../db/schema.ts";

export type SendableType = Exclude<MessageType, "system">;

/** What is carried, and the text that stands for it where nothing better is given: old clients show it. */
export type Carried = { type: "contact" | "location" | "poll"; meta: StoredMetaData; fallback: string };

export function isSendable(type: string): type is SendableType {
  return sendableTypes.some((sendable) => sendable === type);
}

/** The text of a message: where none is given, what stands for the content that it carries. */
export function carriedText({ content, meta_data }: Pick<Input<"messages.send">, "content" | "meta_data">): string {
  if (content?.trim()) return content;
  return findCarried(meta_data)?.fallback ?? content ?? "";
}

/** @throws {AppError} `invalid_request` if there is more than one */
export function findCarried(given: Input<"messages.send">["meta_data"]): Carried | undefined {
  if (!given) return undefined;
  const { contact, location, poll } = given;
  const found: Carried[] = [];
  if (contact) found.push({ type: "contact", meta: { contact }, fallback: `👤 ${contact.name}` });
  if (location) {
    const place = location.name ?? `${location.latitude}, ${location.longitude}`;
    found.push({ type: "location", meta: { location }, fallback: `📍 ${place}` });
  }
  if (poll) found.push({ type: "poll", meta: { poll }, fallback: `📊 ${poll.question}` });
  if (found.length <= 1) return found[0];
  const message = `a message carries one of ${found.map(({ type }) => type).join(" and ")}`;
  throw new AppError("invalid_request", { details: [{ path: "meta_data", message }] });
}
