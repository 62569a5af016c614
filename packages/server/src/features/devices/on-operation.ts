/** Notes what a device has done from the operations that it called. */
import { deviceId as deviceIdSchema } from "@pipit/protocol/models/device";
import type { OperationName } from "@pipit/protocol/operations";
import type { Services } from "../../context.ts";
import type { DoneOperation } from "../../doors/run-operation.ts";
import { parseMessageId } from "../messages/messages-access.ts";
import type { Did } from "./device-activity.ts";

type Fields = { [field: string]: unknown };

/** To be told of each operation that succeeded. */
export function noteDeviceActivity({ devices }: Pick<Services, "devices">, done: DoneOperation): void {
  const { name, actor, input, result } = done;
  const { kind, tenantId, userId, deviceId } = actor;
  if (kind !== "user") return;
  const given = (input ?? {}) as Fields;
  const did = findDeeds[name]?.(given, (result ?? {}) as Fields) ?? {};
  const named = did.sync ? deviceIdSchema.safeParse(given.device_id).data : undefined;
  const isOther = named !== undefined && named !== deviceId;
  if (deviceId !== undefined) devices.activity.note({ tenantId, userId, deviceId }, isOther ? {} : did);
  if (isOther) devices.activity.note({ tenantId, userId, deviceId: named }, did);
}

/** What operations say of a device beside that it is there. Inputs and results have the shape that their schemas say. */
const findDeeds: Partial<Record<OperationName, (input: Fields, result: Fields) => Did>> = {
  "sync.chats": () => ({ sync: true }),
  "devices.sync": () => ({ sync: true }),
  "sync.messages": (_input, result) => ({ sync: true, messageSeq: toNumber(result.last_sequence) }),
  "receipts.markDelivered": (input, result) => ({ messageSeq: toMarked(input, result.delivered_sequence) }),
  "receipts.markSeen": (input, result) => ({ messageSeq: toMarked(input, result.read_sequence) }),
  "receipts.mark": (input, result) => ({ messageSeq: toMarked(input, result[`${input.kind}_sequence`]) }),
};

// The watermark may have been raised further by another device, and what was asked for may lie beyond the room's end.
function toMarked({ up_to_sequence, message_id }: Fields, watermark: unknown): number | undefined {
  const asked = typeof message_id === "string" ? parseMessageId(message_id)?.sequence : up_to_sequence;
  const [a, b] = [toNumber(asked), toNumber(watermark)];
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}

function toNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
