/** Keeps who the user is, and how far private state is complete. */
import type { Model } from "./save-room.ts";

export type AccountRecord = { userId: string | undefined; change: number; cursor: string | undefined };

export function saveAccount({ state, recorder }: Model): void {
  const { userId, accountChange: change, cursor } = state;
  const record: AccountRecord = { userId, change, cursor };
  recorder.put("meta", "account", record);
}
