/** The table of operations: from it come routes, socket handlers, documents, SDK methods and generated tests. */
import type { z } from "zod";
import type { Operation } from "./operation.ts";
import { blockOperations } from "./operations/blocks.ts";
import { chatOperations } from "./operations/chats.ts";
import { deviceOperations } from "./operations/devices.ts";
import { inviteOperations } from "./operations/invites.ts";
import { leftRoomOperations } from "./operations/left-rooms.ts";
import { mediaOperations } from "./operations/media.ts";
import { memberOperations } from "./operations/members.ts";
import { messageOperations } from "./operations/messages.ts";
import { pinOperations } from "./operations/pins.ts";
import { pollOperations } from "./operations/polls.ts";
import { presenceOperations } from "./operations/presence.ts";
import { receiptOperations } from "./operations/receipts.ts";
import { roomOperations } from "./operations/rooms.ts";
import { sessionOperations } from "./operations/sessions.ts";
import { starOperations } from "./operations/stars.ts";
import { syncOperations } from "./operations/sync.ts";
import { userOperations } from "./operations/users.ts";
import { viewOnceOperations } from "./operations/view-once.ts";
import type { Pagination } from "./scalars.ts";

export const operations = {
  ...messageOperations,
  ...starOperations,
  ...pollOperations,
  ...viewOnceOperations,
  ...pinOperations,
  ...mediaOperations,
  ...receiptOperations,
  ...roomOperations,
  ...leftRoomOperations,
  ...chatOperations,
  ...memberOperations,
  ...inviteOperations,
  ...deviceOperations,
  ...presenceOperations,
  ...syncOperations,
  ...userOperations,
  ...blockOperations,
  ...sessionOperations,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;

/** What a handler is given: the parsed input. */
export type Input<Name extends OperationName> = z.output<Operations[Name]["input"]>;

/** What a client may send: the input before defaults are filled in. */
export type RawInput<Name extends OperationName> = z.input<Operations[Name]["input"]>;

/** What a client gets as `data`. */
export type Output<Name extends OperationName> = z.output<Operations[Name]["output"]>;

/** What a handler gives back: the output, or a page of it. */
export type Result<Name extends OperationName> = Operations[Name] extends { paged: true }
  ? { items: Output<Name>; pagination: Pagination }
  : Output<Name>;

/** Every operation with its name, in the table's order. */
export function listOperations(): { name: OperationName; operation: Operation }[] {
  return Object.entries(operations).map(([name, operation]) => ({ name: name as OperationName, operation }));
}
