/** Operations on rooms that the caller is no longer in. */
import { z } from "zod";
import { leftRoom } from "../models/room.ts";
import { operation } from "../operation.ts";
import { cursor, id, pageLimit } from "../scalars.ts";

export const leftRoomOperations = {
  "rooms.left": operation({
    summary:
      "Rooms that the caller has left or was removed from, the latest departure first. What they could see then they may read, as it was then.",
    access: "user",
    limit: "read",
    input: z.object({ limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(leftRoom),
    paged: true,
    rest: { method: "GET", path: "/rooms/left" },
    socket: { event: "rooms:left", reply: "rooms:left:response", error: "room:error", isWholePage: true },
    errors: [],
  }),
  "rooms.forgetLeft": operation({
    summary: "Give up for oneself what was said in a room that one has left or was removed from.",
    access: "former",
    limit: "write",
    input: z.object({ room_id: id }),
    output: z.object({ room_id: z.string() }),
    rest: { method: "DELETE", path: "/rooms/left/:room_id" },
    errors: ["not_found"],
  }),
};
