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

export function canAdd(place: Place): boolean {
  return place.type !== "direct" && (isAdmin(place.role) || place.who_can_add === "everyone");
}

export function canGovern(place: Place): boolean {
  return place.type !== "direct" && isAdmin(place.role);
}

export function canClose(place: Place): boolean {
  return place.type !== "direct" && place.role === "owner";
}

/** @throws {AppError} `forbidden` with a sentence for people */
export function requireAllowed(isAllowed: boolean, message: string): void {
  if (!isAllowed) throw new AppError("forbidden", { message });
}
