/** Members: who is in a room, and as what. */
import { userId } from "@pipit/protocol/scalars";
import { z } from "zod";
import type { Handlers } from "../../context.ts";
import { fromCursor, toPage } from "../../db/pages.ts";
import { accessRoom } from "../rooms/rooms-access.ts";
import { addMember } from "./add-member.ts";
import { leaveRoom } from "./leave-room.ts";
import { findMembers } from "./members-store.ts";
import { removeMember } from "./remove-member.ts";
import { setRole } from "./set-role.ts";

const memberCursor = z.object({ after: userId });

export const memberHandlers = {
  "members.list": async (ctx, input) => {
    const room = await accessRoom(ctx, input.room_id);
    const after = fromCursor(input.cursor, memberCursor)?.after ?? "";
    const members = await findMembers(ctx.db, room.id, after, input.limit + 1);
    return toPage(members, input.limit, (last) => ({ after: last.user_id }));
  },
  "members.add": addMember,
  "members.remove": removeMember,
  "members.setRole": setRole,
  "groups.leave": leaveRoom,
} satisfies Partial<Handlers>;
