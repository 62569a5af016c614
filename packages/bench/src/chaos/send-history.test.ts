import { expect, test } from "vitest";
import { type FullEntry, SendHistory } from "./send-history.ts";

const outgoing = (place: number) => ({
  roomId: "r",
  senderId: "ada",
  clientMessageId: `c-${place}`,
  content: `text ${place}`,
});

function entry(sequence: number, change: Partial<FullEntry> = {}): FullEntry {
  return {
    id: `r.${sequence}`,
    sequence_number: sequence,
    client_message_id: `c-${sequence}`,
    sender_id: "ada",
    message_type: "text",
    content: `text ${sequence}`,
    is_edited: false,
    is_deleted: false,
    ...change,
  };
}

const okAt = (sequence: number, duplicate = false) => ({ ok: { id: `r.${sequence}`, sequence, duplicate } });

/** Three messages, acknowledged at their places. */
function threeSent(): SendHistory {
  const history = new SendHistory();
  for (const place of [1, 2, 3]) history.invoke(outgoing(place))(okAt(place));
  return history;
}

const three = [entry(1), entry(2), entry(3)];

test("what was acknowledged and is there once, in its place, is well", () => {
  const history = threeSent();
  expect(history.check("r", three)).toEqual([]);
  expect(history.count()).toMatchObject({ messages: 3, attempts: 3, acknowledged: 3, unknown: 0 });
});

test("a lost acknowledgement is found", () => {
  expect(threeSent().check("r", [entry(1), entry(2)])).toEqual(["c-3 of ada was acknowledged and is lost"]);
});

test("a duplicate and a gap are found", () => {
  const twice = [...three, entry(4, { client_message_id: "c-2", content: "text 2" })];
  expect(threeSent().check("r", twice)).toEqual(["c-2 of ada is there 2 times"]);
  expect(threeSent().check("r", [entry(1), entry(3)])).toContain("entry 2 has the sequence 3: a gap, or out of order");
});

test("an unknown send may be there or not, but not twice; one that is acknowledged later counts once", () => {
  const history = threeSent();
  history.invoke(outgoing(4))("unknown");
  expect(history.check("r", three)).toEqual([]);
  expect(history.check("r", [...three, entry(4)])).toEqual([]);
  const twice = [...three, entry(4), entry(5, { client_message_id: "c-4", content: "text 4" })];
  expect(history.check("r", twice)).toEqual(["c-4 of ada is there 2 times"]);
  history.invoke(outgoing(4))(okAt(4, true));
  expect(history.check("r", [...three, entry(4)])).toEqual([]);
  expect(history.count()).toMatchObject({ messages: 4, attempts: 5, acknowledged: 4, unknown: 1 });
});

test("a send that was refused each time must not be there", () => {
  const history = threeSent();
  history.invoke(outgoing(4))("fail");
  expect(history.check("r", three)).toEqual([]);
  expect(history.check("r", [...three, entry(4)])).toContain("c-4 of ada was refused each time and is there");
});

test("an acknowledged edit or deletion that is lost is found; an unknown one may be there or not", () => {
  const edited = threeSent();
  edited.invokeEdit(outgoing(2), "another text")("ok");
  const withEdit = [entry(1), entry(2, { content: "another text", is_edited: true }), entry(3)];
  expect(edited.check("r", withEdit)).toEqual([]);
  expect(edited.check("r", three)).toEqual(["the edit of c-2 of ada was acknowledged and is lost"]);

  const deleted = threeSent();
  deleted.invokeDeletion(outgoing(2))("ok");
  const withTombstone = [entry(1), entry(2, { content: "", is_deleted: true }), entry(3)];
  expect(deleted.check("r", withTombstone)).toEqual([]);
  expect(deleted.check("r", three)).toEqual(["the deletion of c-2 of ada was acknowledged and is lost"]);

  const unknown = threeSent();
  unknown.invokeEdit(outgoing(2), "another text")("unknown");
  expect(unknown.check("r", withEdit)).toEqual([]);
  expect(unknown.check("r", three)).toEqual([]);
  expect(unknown.check("r", withTombstone)).toEqual(["c-2 of ada is deleted, which nobody did"]);
  expect(threeSent().check("r", withEdit)).toEqual(["c-2 of ada has another content than was sent"]);
});
