/**
 * A message's id names its place: the room's id and the sequence. It needs no index of its own, and leads every query to
 * the room's part of a partitioned table (docs/adr/0002).
 */
import { AppError } from "../../app-error.ts";

export type Place = { roomId: string; sequence: number };

const pattern = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([1-9][0-9]{0,14})$/;

export function toMessageId(roomId: string, sequence: number): string {
  return `${roomId}.${sequence}`;
}

/** Where the message is, if the id has the form of one. */
export function parseMessageId(id: string): Place | undefined {
  const match = pattern.exec(id);
  if (!match?.[1] || !match[2]) return undefined;
  return { roomId: match[1], sequence: Number(match[2]) };
}

/** Where the message is. @throws {AppError} `not_found` for what can't be an id. */
export function fromMessageId(id: string): Place {
  const place = parseMessageId(id);
  if (!place) throw new AppError("not_found", { message: "There is no such message." });
  return place;
}
