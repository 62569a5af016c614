/** Every operation with its use-case: the table that both doors call. */
import type { Handlers } from "../context.ts";
import { accountHandlers } from "./account/account.operations.ts";
import { adminHandlers } from "./admin/admin.operations.ts";
import { deviceHandlers } from "./devices/devices.operations.ts";
import { mediaHandlers } from "./media/media.operations.ts";
import { memberHandlers } from "./members/members.operations.ts";
import { messageHandlers } from "./messages/messages.operations.ts";
import { presenceHandlers } from "./presence/presence.operations.ts";
import { pushHandlers } from "./push/push.operations.ts";
import { receiptHandlers } from "./receipts/receipts.operations.ts";
import { roomHandlers } from "./rooms/rooms.operations.ts";
import { sessionHandlers } from "./sessions/sessions.operations.ts";
import { syncHandlers } from "./sync/sync.operations.ts";
import { userHandlers } from "./users/users.operations.ts";

export const handlers: Handlers = {
  ...messageHandlers,
  ...mediaHandlers,
  ...receiptHandlers,
  ...roomHandlers,
  ...memberHandlers,
  ...deviceHandlers,
  ...presenceHandlers,
  ...pushHandlers,
  ...accountHandlers,
  ...syncHandlers,
  ...userHandlers,
  ...adminHandlers,
  ...sessionHandlers,
};
