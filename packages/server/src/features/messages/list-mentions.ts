/** The messages that mention the caller, in all their rooms, the newest first. */
import type { Handler } from "../../context.ts";
import { countMentions, findMentions } from "./mentions-store.ts";
import { listByPlace } from "./place-pages-access.ts";

export const listMentions: Handler<"messages.mentions"> = (ctx, input) =>
  listByPlace(ctx, input, {
    find: (range, limit) => findMentions(ctx.db, ctx.actor, range, limit),
    atOf: (row) => row.mentioned_at,
    count: () => countMentions(ctx.db, ctx.actor),
  });
