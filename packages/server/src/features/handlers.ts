/** Every operation with its use-case: the table that both doors call. */
import type { Handlers } from "../context.ts";
import { adminHandlers } from "./admin/admin.operations.ts";
import { mediaHandlers } from "./media/media.operations.ts";
import { memberHandlers } from "./members/members.operations.ts";
import { messageHandlers } from "./messages/messages.operations.ts";
import { receiptHandlers } from "./receipts/receipts.operations.ts";
import { roomHandlers } from "./rooms/rooms.operations.ts";
import { syncHandlers } from "./sync/sync.operations.ts";
import { userHandlers } from "./users/users.operations.ts";

export const handlers: Handlers = {
  ...messageHandlers,
  ...mediaHandlers,
  ...receiptHandlers,
  ...roomHandlers,
  ...memberHandlers,
  ...syncHandlers,
  ...userHandlers,
  ...adminHandlers,
};
