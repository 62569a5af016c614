/** Tells a room that one of its messages is not what it was, and neither are the replies that show a preview of it. */
import type { Message } from "@pipit/protocol/models/message";
import type { Context, Source, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import type { Audiences } from "../../ports/audiences/audiences.ts";
import { findBlind } from "./blind-members-access.ts";
import { touchReplies } from "./change-messages-store.ts";
import type { Place } from "./message-id.ts";
import { findRowsAt, type MessageRow, toMessages } from "./messages-store.ts";
import { type Told, tellOfMessage } from "./tell-of-message.ts";
import { findInsiders } from "./withheld-store.ts";

/** Older replies keep the preview that they have, so that an edit costs the same however often a message is quoted. */
const maxReplies = 100;

type ChangeEvent = "message:edit:update" | "message:delete:update";

/** @param only whom alone it is told to: its sender, who is blocked */
export async function announceChanged(
  ctx: Pick<Context, "actor" | "links">,
  tx: Writer,
  announce: Announce,
  event: ChangeEvent,
  place: Place,
  only?: string,
): Promise<void> {
  const { tenantId, socketId } = ctx.actor;
  const replies = await touchReplies(tx, place, maxReplies);
  const source = { ...ctx, db: tx };
  await announceAll(source, tenantId, announce, event, [place], { exceptSocket: socketId, only });
  const places = replies.map((sequence) => ({ roomId: place.roomId, sequence }));
  await announceAll(source, tenantId, announce, "message:edit:update", places, { only });
}

/** The same where no preview shows what has changed. */
export async function announceMessage(
  source: Source,
  tenantId: string,
  announce: Announce,
  event: ChangeEvent,
  place: Place,
  exceptSocket?: string,
): Promise<void> {
  await announceAll(source, tenantId, announce, event, [place], { exceptSocket });
}

async function announceAll(
  source: Source,
  tenantId: string,
  announce: Announce,
  event: ChangeEvent,
  places: readonly Place[],
  { exceptSocket, only }: { exceptSocket?: string | undefined; only?: string | undefined },
): Promise<void> {
  if (places.length === 0) return;
  const rows = await findRowsAt(source.db, places);
  const quoted = await findRowsAt(source.db, rows.flatMap(toQuotedPlace));
  const withheld = new Set(quoted.filter((row) => row.is_withheld).map((row) => row.sequence));
  const messages = await toMessages(source, undefined, rows);
  if (messages.length < places.length) throw new Error("a changed message is missing");
  const insiders = only === undefined ? await findInsiders(source.db, places) : [only];
  const versions = await findVersions(source, places, insiders);
  const toBlind = await findBlind(
    source.db,
    places[0]?.roomId ?? "",
    places.map((place) => place.sequence),
  );
  announce((audiences) => {
    for (const [index, row] of rows.entries()) {
      const message = messages[index];
      if (!message) continue;
      const quotes_withheld = row.reply_to !== null && withheld.has(row.reply_to);
      const own = versions.map(([userId, found]) => ({ userId, message: found[index] ?? message }));
      const telling = { tenantId, event, message, own, exceptSocket, isForAll: only === undefined };
      tellOfVersions(audiences, { ...row, quotes_withheld, blind: toBlind(row.sequence) }, telling);
    }
  });
}

type Telling = {
  tenantId: string;
  event: ChangeEvent;
  message: Message;
  /** As those may know it who know more of it than others. */
  own: { userId: string; message: Message }[];
  exceptSocket: string | undefined;
  isForAll: boolean;
};

// Where some know more than others, there are two members.
function tellOfVersions(audiences: Audiences, told: Told, telling: Telling): void {
  const { tenantId, event, message, own, exceptSocket, isForAll } = telling;
  const isWhole = own.length === 0 || told.is_withheld;
  if (isWhole) {
    const version = own.find(({ userId }) => userId === told.sender_id)?.message ?? message;
    tellOfMessage(audiences, told, tenantId, event, version, exceptSocket);
    return;
  }
  for (const version of own) {
    audiences.toUser({ tenantId, userId: version.userId }, event, version.message, exceptSocket);
  }
  const [insider, another] = own;
  if (!isForAll || !insider || another) return;
  const preview = told.quotes_withheld ? { reply_preview: null } : {};
  const spared = [insider.userId, ...(told.blind ?? [])].map((userId) => ({ tenantId, userId }));
  audiences.toRoomBut(spared, told.room_id, event, { ...message, ...preview });
}

/** The messages as each of some may know them. */
async function findVersions(
  source: Source,
  places: readonly Place[],
  userIds: readonly string[],
): Promise<[userId: string, messages: Message[]][]> {
  const versions: [string, Message[]][] = [];
  for (const userId of userIds) {
    const rows = await findRowsAt(source.db, places, userId);
    versions.push([userId, await toMessages(source, undefined, rows, userId)]);
  }
  return versions;
}

// Of the same room.
function toQuotedPlace(row: MessageRow): Place[] {
  return row.reply_to === null ? [] : [{ roomId: row.room_id, sequence: row.reply_to }];
}
