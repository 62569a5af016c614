/** The operation that opens a medium which may be opened once. */
import { z } from "zod";
import { media } from "../models/media.ts";
import { operation } from "../operation.ts";
import { counter, id, timestamp } from "../scalars.ts";

export const viewOnceOperations = {
  "messages.open": operation({
    summary: "Open a medium that may be opened once, and get its address; the second time it is gone.",
    access: "member",
    limit: "write",
    input: z.object({ message_id: id }),
    output: z
      .object({
        message_id: z.string(),
        change: counter,
        signedUrl: media.shape.signedUrl,
        signedUntil: timestamp,
        type: media.shape.type,
      })
      .meta({ id: "OpenedMedia" }),
    rest: { method: "POST", path: "/messages/:message_id/open" },
    socket: { event: "message:open", reply: "message:opened", error: "message:error" },
    errors: ["not_found", "forbidden", "conflict", "gone"],
  }),
};
