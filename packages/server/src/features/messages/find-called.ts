/** Whom a text calls: `@name` of a member, `@[id]`, and `@all` (docs/spec.md M6). */
import { sql } from "kysely";
import type { Reader } from "../../context.ts";
import { findMembersAmong } from "./mentions-store.ts";

/** Members; whether all are called counts only for those who may call them. */
export type Called = { userIds: string[]; isAll: boolean };

const maxCalled = 50;
/** A text that calls more often than this is not looked at to its end. */
const maxPlaces = 200;
const mark = String.raw`(?<![\p{L}\p{N}_])@`;
const byId = new RegExp(String.raw`${mark}\[([^\]\s]{1,128})\]`, "gu");
const toAll = new RegExp(String.raw`${mark}all(?![\p{L}\p{N}_])`, "u");
const byName = new RegExp(String.raw`${mark}(?=[^\s@\[])`, "gu");
const wordGoesOn = /^[\p{L}\p{N}_]/u;

/** Whether there is anything in a text by which it may call somebody: most call nobody. */
export function mayCall(content: string): boolean {
  return content.includes("@");
}

export async function findCalled(db: Reader, roomId: string, content: string): Promise<Called> {
  if (!mayCall(content)) return { userIds: [], isAll: false };
  const ids = [...content.matchAll(byId)].slice(0, maxPlaces).flatMap((match) => match[1] ?? []);
  const places = [...content.matchAll(byName)].slice(0, maxPlaces).map((match) => match.index + 1);
  const known = await findMembersAmong(db, roomId, ids);
  const named = places.length === 0 ? [] : await findNamed(db, roomId, content, places);
  return { userIds: [...new Set([...known, ...named])].slice(0, maxCalled), isAll: toAll.test(content) };
}

// Of several names that fit, the longest is meant; of several members of one name, all are.
async function findNamed(db: Reader, roomId: string, content: string, places: readonly number[]): Promise<string[]> {
  const members = await findMembersIn(db, roomId, content);
  const text = toLower(content);
  const ids = Map.groupBy(members, ({ name }) => toLower(name));
  const names = [...ids.keys()].sort((a, b) => b.length - a.length);
  return places.flatMap((place) => {
    const found = names.find((name) => {
      const end = place + name.length;
      // Two units: a letter may be a pair.
      return text.startsWith(name, place) && !wordGoesOn.test(text.slice(end, end + 2));
    });
    return found === undefined ? [] : (ids.get(found) ?? []).map(({ id }) => id);
  });
}

/** In lower case, letter by letter where that keeps the length: places stay what they were. */
function toLower(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text]
    .map((letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter))
    .join("");
}

const maxNames = 200;

async function findMembersIn(db: Reader, roomId: string, content: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select u.id, u.name from members m join users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where m.room_id = ${roomId} and m.is_member and strpos(lower(${content}), '@' || lower(u.name)) > 0
    order by length(u.name) desc, u.id limit ${maxNames}`.execute(db);
  return rows;
}
