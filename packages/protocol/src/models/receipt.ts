/** Watermarks: how far a member has received and read a room. */
import { z } from "zod";
import { counter } from "../scalars.ts";

export const receiptKinds = ["delivered", "read"] as const;

export const watermarks = z
  .object({
    room_id: z.string(),
    user_id: z.string(),
    delivered_sequence: counter,
    read_sequence: counter,
    change: counter.describe("The room change that last moved them."),
  })
  .meta({ id: "Watermarks" });

export type Watermarks = z.infer<typeof watermarks>;
export type ReceiptKind = (typeof receiptKinds)[number];
