/** What sockets hear of a room, reduced to what can be checked and counted. */

/** What is done to the group and told of. Reading is not timed. */
type Told = "rename" | "add" | "mention" | "remove" | "seen";

/** An event, once, however many sockets heard it. */
export type Fact = {
  event: string;
  /** The room's change that it carries; of a mention, the sequence of its message says which. */
  change: number | undefined;
  sequence: number | undefined;
  /** Who joined, left or read. */
  userId: string | undefined;
  /** By what kind of operation it came to be. */
  of: Told | undefined;
  /** How often it was heard, and when first and last (ms of this process's clock). */
  heard: number;
  firstAt: number;
  lastAt: number;
};

type Payload = {
  change?: number;
  user_id?: string;
  sequence_number?: number;
  messageId?: string;
  meta_data?: { mentions_all?: boolean; system?: { kind: string } };
};

const ofEvent: Record<string, Told> = {
  "group:updated": "rename",
  "group:joined": "add",
  "room:created": "add",
  "notification:mention": "mention",
  "group:left": "remove",
  "group:removed": "remove",
  "message:seen:update": "seen",
};
const ofSystem: Record<string, Told> = { room_updated: "rename", member_added: "add", member_removed: "remove" };

/** Gives the same fact for the same event, at whichever socket it was heard. */
export class FactBook {
  readonly #roomId: string;
  readonly #byText = new Map<string, Fact>();

  constructor(roomId: string) {
    this.#roomId = roomId;
  }

  /** Notes that a socket heard an event. @param text `["name",payload]`. @returns undefined if it does not name the room */
  note(text: string, at: number): Fact | undefined {
    if (!text.includes(this.#roomId)) return undefined;
    const fact = this.#byText.get(text) ?? toFact(text, at);
    // What carries no place in the room reads the same each time that it happens: each is one of its own.
    if (fact.change !== undefined || fact.sequence !== undefined) this.#byText.set(text, fact);
    fact.heard += 1;
    fact.lastAt = Math.max(fact.lastAt, at);
    return fact;
  }
}

function toFact(text: string, at: number): Fact {
  const [event, payload] = JSON.parse(text) as [string, Payload];
  return {
    event,
    change: payload.change,
    sequence: payload.sequence_number ?? toSequence(payload.messageId),
    userId: payload.user_id,
    of: ofEvent[event] ?? toKind(payload),
    heard: 0,
    firstAt: at,
    lastAt: at,
  };
}

// A message's id is that of its room, a dot, and its sequence.
function toSequence(messageId: string | undefined): number | undefined {
  return messageId === undefined ? undefined : Number(messageId.split(".").at(-1));
}

function toKind({ meta_data }: Payload): Told | undefined {
  if (meta_data?.mentions_all) return "mention";
  return ofSystem[meta_data?.system?.kind ?? ""];
}
