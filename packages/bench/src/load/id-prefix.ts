/** Ids of messages. */
import type { Random } from "../random.ts";

/** What all client_message_ids of a round begin with; they look like UUIDs, as a client's would. */
export function makeIdPrefix(random: Random): string {
  return `${random.between(0, 0xffffffff).toString(16).padStart(8, "0")}-0000-7000-8000-`;
}
