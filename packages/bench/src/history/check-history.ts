/** Holds a room's history against what was sent to it: nothing lost, nothing twice, no gap, nothing out of nowhere. */

/** What a client was told of one of its attempts to send a message. */
export type Ack = { id: string; sequence: number; duplicate: boolean };

/** A message that a client tried to send, once or several times under the same client_message_id. */
export type Sent = {
  clientMessageId: string;
  senderId: string;
  content: string;
  attempts: number;
  /** The acknowledgements; fewer than attempts when the outcome of some is unknown. */
  acks: readonly Ack[];
};

/** An entry of a history, as REST gives it. */
export type Entry = {
  id: string;
  sequence_number: number;
  client_message_id: string | null;
  sender_id: string;
  message_type: string;
  content: string;
};

/** What is wrong with a room, one sentence each; nothing when all is well. `history` is ascending and complete. */
export function checkHistory(sent: Iterable<Sent>, history: readonly Entry[]): string[] {
  const places = new Map<string, Entry[]>();
  for (const entry of history) {
    const key = keyOf(entry.sender_id, entry.client_message_id ?? "");
    places.set(key, [...(places.get(key) ?? []), entry]);
  }
  const problems = checkPlaces(history);
  const known = new Set<string>();
  for (const one of sent) {
    const key = keyOf(one.senderId, one.clientMessageId);
    known.add(key);
    problems.push(...checkSent(one, places.get(key) ?? []));
  }
  const strangers = history.filter((entry) => {
    return entry.message_type !== "system" && !known.has(keyOf(entry.sender_id, entry.client_message_id ?? ""));
  });
  return [...problems, ...strangers.map((entry) => `${entry.id} was sent by nobody`)];
}

/** What an event told of a message, which must have committed by then. */
export type Seen = { id: string; sequence: number };

/** What is wrong with events: they told of something that the history does not have, or has elsewhere. */
export function checkSeen(seen: Iterable<Seen>, history: readonly Entry[]): string[] {
  const sequences = new Map(history.map((entry) => [entry.id, entry.sequence_number]));
  const problems: string[] = [];
  for (const { id, sequence } of seen) {
    if (sequences.get(id) !== sequence) problems.push(`an event told of ${id} at ${sequence}, which is not there`);
  }
  return problems;
}

// A client_message_id is unique for its sender only.
function keyOf(senderId: string, clientMessageId: string): string {
  return `${senderId} ${clientMessageId}`;
}

function checkPlaces(history: readonly Entry[]): string[] {
  const problems = history.flatMap((entry, index) => {
    return entry.sequence_number === index + 1
      ? []
      : [`entry ${index + 1} has the sequence ${entry.sequence_number}: a gap, or out of order`];
  });
  const ids = new Set(history.map((entry) => entry.id));
  if (ids.size !== history.length) problems.push(`${history.length - ids.size} ids are there more than once`);
  return problems;
}

function checkSent(sent: Sent, entries: readonly Entry[]): string[] {
  const name = `${sent.clientMessageId} of ${sent.senderId}`;
  const [entry] = entries;
  const problems: string[] = [];
  if (entries.length > 1) problems.push(`${name} is there ${entries.length} times`);
  if (!entry && sent.acks.length > 0) problems.push(`${name} was acknowledged and is lost`);
  if (entry && entry.content !== sent.content) problems.push(`${name} has another content than was sent`);
  for (const ack of sent.acks) {
    if (!entry || (entry.id === ack.id && entry.sequence_number === ack.sequence)) continue;
    problems.push(
      `${name} was acknowledged as ${ack.id} at ${ack.sequence} and is ${entry.id} at ${entry.sequence_number}`,
    );
  }
  const firsts = sent.acks.filter((ack) => !ack.duplicate).length;
  // An attempt whose outcome is unknown may have been the first.
  const isFirstKnown = sent.attempts === sent.acks.length && sent.attempts > 0;
  if (firsts > 1 || (isFirstKnown && firsts === 0)) problems.push(`${name} was acknowledged as new ${firsts} times`);
  return problems;
}
