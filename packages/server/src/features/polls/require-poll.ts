/** A message that carries a poll, or a refusal. */
import { AppError } from "../../app-error.ts";
import type { AccessedMessage } from "../messages/room-messages-access.ts";
import type { StoredPoll } from "./polls-access.ts";

/** @throws {AppError} `conflict` for a message of another kind, `gone` for one that was deleted */
export function requirePoll(row: AccessedMessage["row"]): StoredPoll {
  if (row.message_type !== "poll") throw new AppError("conflict", { message: "This message is not a poll." });
  if (row.deleted_at !== null) throw new AppError("gone", { message: "The message was deleted." });
  const { poll } = row.meta_data;
  if (!poll) throw new Error("a poll has nothing that it asks");
  return poll;
}
