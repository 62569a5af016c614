/** Every operation with its use-case: the table that both doors call. */
import type { Handlers } from "../context.ts";
import { accountHandlers } from "./account/account.operations.ts";
import { adminHandlers } from "./admin/admin.operations.ts";
import { blockHandlers } from "./blocks/blocks.operations.ts";
import { departureHandlers } from "./departures/departures.operations.ts";
import { deviceHandlers } from "./devices/devices.operations.ts";
import { expiryHandlers } from "./expiry/expiry.operations.ts";
import { inviteHandlers } from "./invites/invites.operations.ts";
import { mediaHandlers } from "./media/media.operations.ts";
import { memberHandlers } from "./members/members.operations.ts";
import { messageHandlers } from "./messages/messages.operations.ts";
import { pinHandlers } from "./pins/pins.operations.ts";
import { pollHandlers } from "./polls/polls.operations.ts";
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
  ...departureHandlers,
  ...inviteHandlers,
  ...deviceHandlers,
  ...pollHandlers,
  ...expiryHandlers,
  ...pinHandlers,
  ...presenceHandlers,
  ...pushHandlers,
  ...accountHandlers,
  ...syncHandlers,
  ...userHandlers,
  ...blockHandlers,
  ...adminHandlers,
  ...sessionHandlers,
};
