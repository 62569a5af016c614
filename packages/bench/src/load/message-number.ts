/** Messages of a round are numbered, and their client_message_id carries the number: what comes back is told apart without parsing. */

const idKey = '"client_message_id":"';
const digits = 12;

/** @param prefix what all ids of the round begin with */
export function toMessageId(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(digits, "0");
}

/** The number of the message that a packet is of, or -1 if it is of none of the round's. */
export function findMessageNumber(prefix: string, packet: string): number {
  const start = packet.indexOf(idKey) + idKey.length;
  const end = start + prefix.length;
  return packet.startsWith(prefix, start) ? Number.parseInt(packet.slice(end, end + digits), 16) : -1;
}
