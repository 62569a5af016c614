/** Room ids are UUIDs; to clients they are opaque. */
import { AppError } from "../../app-error.ts";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isRoomId(id: string): boolean {
  return pattern.test(id);
}

/** The id, if it can be one. @throws {AppError} `not_found`: what can't be an id names no room. */
export function parseRoomId(id: string): string {
  if (!isRoomId(id)) throw new AppError("not_found", { message: "There is no such room." });
  return id;
}
