/** What rooms ask of message requests. */
import type { Context } from "../../context.ts";
import { setPreferences } from "./set-preferences.ts";

/** Makes a chat of a room that was a request to the caller. */
export async function acceptRequest(ctx: Context, roomId: string): Promise<void> {
  await setPreferences(ctx, { room_id: roomId, is_request: false });
}
