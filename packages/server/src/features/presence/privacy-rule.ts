/** Who may know what of whom. */
import type { Presence, Privacy, Visibility } from "@pipit/protocol/models/presence";

/** One who looks at another: what the two of them let be known, and of the other, what there is to know. */
export type Look = {
  isSelf: boolean;
  /** One of them blocks the other. */
  isBlocked: boolean;
  /** Both are members of a room that is not closed. */
  shares: boolean;
  /** Whom the one who looks lets know. */
  own: Pick<Privacy, "last_seen" | "online">;
  /** Whom the other lets know. */
  theirs: Pick<Privacy, "last_seen" | "online" | "status_message">;
  /** When the other's last device went, as far as that was written. */
  lastSeenAt: Date | null;
  /** When the other, who had not gone, was last noted to be there. */
  notedOnlineAt: Date | null;
  statusMessage: string | null;
  isOnline: boolean;
};

/**
 * The other as the one who looks may know them. Last seen and online are reciprocal: one learns them of those only whom
 * one lets learn one's own. Who may know when another went, but not that they are here, is told when they went before:
 * null would say that they are here. To each other, one who blocks and one who is blocked are away.
 */
export function toView(userId: string, look: Look): Presence {
  const sees = (field: "last_seen" | "online"): boolean =>
    allows(look, look.theirs[field]) && allows(look, look.own[field]);
  const isOnline = look.isOnline && sees("online");
  return {
    user_id: userId,
    is_online: isOnline,
    last_seen: isOnline || !sees("last_seen") ? null : (lastSeenOf(look)?.toISOString() ?? null),
    status_message: allows(look, look.theirs.status_message) ? look.statusMessage : null,
  };
}

function allows(look: Look, visibility: Visibility): boolean {
  if (look.isSelf) return true;
  return !look.isBlocked && (visibility === "everyone" || (visibility === "shared_rooms" && look.shares));
}

// What was noted of one who is here must not move while they are: it would say that they are.
function lastSeenOf(look: Look): Date | null {
  const { lastSeenAt, notedOnlineAt } = look;
  if (look.isOnline || notedOnlineAt === null) return lastSeenAt;
  return lastSeenAt === null || lastSeenAt < notedOnlineAt ? notedOnlineAt : lastSeenAt;
}

const ranks: Record<Visibility, number> = { everyone: 0, shared_rooms: 1, nobody: 2 };

/** Whether fewer may know than before. */
export function isNarrower(now: Visibility, before: Visibility): boolean {
  return ranks[now] > ranks[before];
}
