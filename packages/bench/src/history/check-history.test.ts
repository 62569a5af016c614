import { expect, test } from "vitest";
import { type Ack, checkHistory, checkSeen, type Entry, type Sent } from "./check-history.ts";

function entry(sequence: number, change: Partial<Entry> = {}): Entry {
  return {
    id: `room.${sequence}`,
    sequence_number: sequence,
    client_message_id: `c-${sequence}`,
    sender_id: "ada",
    message_type: "text",
    content: `text ${sequence}`,
    ...change,
  };
}

function ack(sequence: number, change: Partial<Ack> = {}): Ack {
  return { id: `room.${sequence}`, sequence, duplicate: false, ...change };
}

function sent(sequence: number, change: Partial<Sent> = {}): Sent {
  return {
    clientMessageId: `c-${sequence}`,
    senderId: "ada",
    content: `text ${sequence}`,
    attempts: 1,
    acks: [ack(sequence)],
    ...change,
  };
}

const three = [entry(1), entry(2), entry(3)];
const allSent = [sent(1), sent(2), sent(3)];

test("a history of just what was acknowledged is fine, system messages aside", () => {
  const system = entry(4, { client_message_id: null, message_type: "system" });
  expect(checkHistory(allSent, [...three, system])).toEqual([]);
});

test("a repeat acknowledged as a duplicate of the first is fine, also when the first went unanswered", () => {
  const repeated = sent(2, { attempts: 3, acks: [ack(2, { duplicate: true }), ack(2), ack(2, { duplicate: true })] });
  const retried = sent(3, { attempts: 2, acks: [ack(3, { duplicate: true })] });
  expect(checkHistory([sent(1), repeated, retried], three)).toEqual([]);
});

test("a send of unknown outcome may be there or not, but not twice", () => {
  const unknown = sent(3, { acks: [] });
  expect(checkHistory([sent(1), sent(2), unknown], three)).toEqual([]);
  expect(checkHistory([sent(1), sent(2), unknown], [entry(1), entry(2)])).toEqual([]);
  const twice = [...three, entry(4, { client_message_id: "c-3", content: "text 3" })];
  expect(checkHistory([sent(1), sent(2), unknown], twice)).toEqual(["c-3 of ada is there 2 times"]);
});

test("a lost acknowledged message is found, at the end and in the middle", () => {
  expect(checkHistory(allSent, [entry(1), entry(2)])).toEqual(["c-3 of ada was acknowledged and is lost"]);
  const hole = checkHistory(allSent, [entry(1), entry(3)]);
  expect(hole).toContain("c-2 of ada was acknowledged and is lost");
  expect(hole).toContain("entry 2 has the sequence 3: a gap, or out of order");
});

test("a message that is there twice is found", () => {
  const history = [...three, entry(4, { client_message_id: "c-2", content: "text 2" })];
  expect(checkHistory(allSent, history)).toEqual(["c-2 of ada is there 2 times"]);
});

test("a sequence or an id used twice is found", () => {
  const problems = checkHistory(allSent, [
    entry(1),
    entry(2),
    entry(2, { client_message_id: "c-3", content: "text 3" }),
  ]);
  expect(problems).toContain("entry 3 has the sequence 2: a gap, or out of order");
  expect(problems).toContain("1 ids are there more than once");
});

test("an acknowledgement of another place than the history's is found", () => {
  const moved = sent(3, { acks: [ack(3, { sequence: 7 })] });
  expect(checkHistory([sent(1), sent(2), moved], three)).toEqual([
    "c-3 of ada was acknowledged as room.3 at 7 and is room.3 at 3",
  ]);
});

test("two attempts both acknowledged as new, or all as duplicates, are found", () => {
  const twoFirsts = sent(3, { attempts: 2, acks: [ack(3), ack(3)] });
  expect(checkHistory([sent(1), sent(2), twoFirsts], three)).toEqual(["c-3 of ada was acknowledged as new 2 times"]);
  const noFirst = sent(3, { attempts: 1, acks: [ack(3, { duplicate: true })] });
  expect(checkHistory([sent(1), sent(2), noFirst], three)).toEqual(["c-3 of ada was acknowledged as new 0 times"]);
});

test("a message of nobody, and one with another content, are found", () => {
  expect(checkHistory(allSent, [...three, entry(4)])).toEqual(["room.4 was sent by nobody"]);
  expect(checkHistory(allSent, [entry(1), entry(2), entry(3, { content: "forged" })])).toEqual([
    "c-3 of ada has another content than was sent",
  ]);
});

test("the same client_message_id of two senders is two messages", () => {
  const history = [entry(1), entry(2, { client_message_id: "c-1", sender_id: "bob", content: "text 1" })];
  const ofBob = sent(1, { senderId: "bob", acks: [ack(2)] });
  expect(checkHistory([sent(1), ofBob], history)).toEqual([]);
});

test("an event of a message that did not stay is found", () => {
  expect(checkSeen([{ id: "room.2", sequence: 2 }], three)).toEqual([]);
  expect(checkSeen([{ id: "room.9", sequence: 9 }], three)).toEqual([
    "an event told of room.9 at 9, which is not there",
  ]);
});
