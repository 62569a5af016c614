/** Who may do what in a room. The append has the rule for sending in SQL as well (append_messages). */
import type { MemberRole } from "@pipit/protocol/models/room";
import { AppError } from "../../app-error.ts";
import type { MembershipRow } from "./rooms-store.ts";

type Place = Pick<MembershipRow, "type" | "role" | "who_can_send" | "who_can_edit_info" | "who_can_add">;

/** Whether a role governs rooms. */
export function isAdmin(role: MemberRole): boolean {
  return role !== "member";
}

export function canSend(place: Place): boolean {
  return isAdmin(place.role) || place.who_can_send === "everyone";
}

export function canEditInfo(place: Place): boolean {
  return place.type !== "direct" && (isAdmin(place.role) || place.who_can_edit_info === "everyone");
}

/** In a direct room both may: there is no info that could be kept to admins. */
export function canPin(place: Place): boolean {
  return place.type === "direct" || canEditInfo(place);
}

export function canAdd(place: Place): boolean {
  return place.type !== "direct" && (isAdmin(place.role) || place.who_can_add === "everyone");
}

export function canGovern(place: Place): boolean {
  return place.type !== "direct" && isAdmin(place.role);
}

/** In a direct room both may say how long messages last, and nothing else. */
export function canSet(place: Place, settings: readonly string[]): boolean {
  const isOfBoth = place.type === "direct" && settings.every((setting) => setting === "disappearing_seconds");
  return isOfBoth || canGovern(place);
}

export function canClose(place: Place): boolean {
  return place.type !== "direct" && place.role === "owner";
}

/** @throws {AppError} `forbidden` with a sentence for people */
export function requireAllowed(isAllowed: boolean, message: string): void {
  if (!isAllowed) throw new AppError("forbidden", { message });
}
