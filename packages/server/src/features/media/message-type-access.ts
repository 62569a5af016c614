/** Which types of messages may carry a kind of media: its own, or a plain file. */
import type { MediaKind } from "@pipit/protocol/media-types";
import { AppError } from "../../app-error.ts";

const carriers: Record<string, MediaKind | undefined> = { image: "image", video: "video", audio: "audio" };

/** @throws {AppError} `unsupported_type` when a message of this type can't carry such media */
export function requireFits(messageType: string | null | undefined, kind: MediaKind): void {
  if (messageType === null || messageType === undefined || messageType === "file") return;
  const isCarrier = Object.hasOwn(carriers, messageType);
  const fits = isCarrier ? carriers[messageType] === kind : messageType !== "text";
  if (!fits) throw new AppError("unsupported_type", { message: `A message of type ${messageType} can't carry this.` });
}
