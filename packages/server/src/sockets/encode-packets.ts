/**
 * Encodes packets of JSON, which all of ours are. Socket.IO's encoder first walks every value of every packet in search
 * of binary data.
 */
import type { PipitServer } from "./socket-server.ts";

/** As Socket.IO 5's protocol has it; the numbers are those of its packet types. */
type Packet = { type: number; nsp: string; id?: number | undefined; data?: unknown };

const eventType = 2;

/** Takes over the encoding of what a server sends. Socket.IO declares its encoder as private. */
export function encodeAsText(io: PipitServer): void {
  const { encoder } = io as unknown as { encoder: { encode(packet: Packet): string[] } };
  if (typeof encoder?.encode !== "function") throw new Error("this Socket.IO has no encoder to take over");
  encoder.encode = (packet) => [encodePacket(packet)];
}

/** An event of the default namespace, as it is sent. */
export function encodeEvent(event: string, payload: unknown): string {
  return `${eventType}${JSON.stringify([event, payload])}`;
}

function encodePacket({ type, nsp, id, data }: Packet): string {
  const namespace = nsp && nsp !== "/" ? `${nsp},` : "";
  return `${type}${namespace}${id ?? ""}${data === undefined || data === null ? "" : JSON.stringify(data)}`;
}
