/** Operations on the messages that a room shows first. */
import { z } from "zod";
import { pinnedMessage } from "../models/room.ts";
import { operation } from "../operation.ts";
import { counter, id } from "../scalars.ts";

const error = "message:error";
const pins = z
  .object({ room_id: z.string(), change: counter, pinned_messages: z.array(pinnedMessage) })
  .meta({ id: "Pins" });

/** How long a message stays pinned. */
export const pinDurations = ["24h", "7d", "30d"] as const;

export const pinOperations = {
  "messages.pin": operation({
    summary: "Pin a message for a time; a room has at most 3. Pinning it again sets the time anew.",
    access: "editor",
    limit: "write",
    input: z.object({ message_id: id, duration: z.enum(pinDurations).default("7d") }),
    output: pins,
    rest: { method: "PUT", path: "/messages/:message_id/pin" },
    socket: { event: "message:pin", reply: "message:pinned", error },
    errors: ["not_found", "forbidden", "conflict", "gone"],
  }),
  "messages.unpin": operation({
    summary: "Pin a message no more; one that is not pinned stays as it is.",
    access: "editor",
    limit: "write",
    input: z.object({ message_id: id }),
    output: pins,
    rest: { method: "DELETE", path: "/messages/:message_id/pin" },
    socket: { event: "message:unpin", reply: "message:unpinned", error },
    errors: ["not_found", "forbidden"],
  }),
};
