/** Editing a message, as the minutes pass. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

const minutes = 60;
const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer({ clock });
  ada = await createLastingPerson(server, "ada");
  bob = await createLastingPerson(server, "bob");
});
afterAll(() => server.close());
beforeEach(async () => {
  room = await makeGroup(ada, ["bob"]);
});

async function edit(person: Person, messageId: string, content = "edited"): Promise<string> {
  return codeOf(await person.rest.put(`/messages/${messageId}`, { content }));
}

/** What a message said before, oldest first: no operation tells it yet. */
async function readEarlier(messageId: string): Promise<string[]> {
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  try {
    const { rows } = await database.query<{ content: string }>(
      "select content from message_edits where room_id || '.' || sequence = $1 order by revision",
      [messageId],
    );
    return rows.map((row) => row.content);
  } finally {
    await database.end();
  }
}

describe("messages.edit", () => {
  it("[M1] its sender may, for 15 minutes, and not a second longer", async () => {
    const { id } = await say(ada, room, "first");
    expect(await edit(ada, id, "at once")).toBe("ok");
    clock.pass(15 * minutes);
    expect(await edit(ada, id, "in the last second")).toBe("ok");
    clock.pass(1);
    expect(await edit(ada, id, "too late")).toBe("forbidden");
    expect(await viewMessage(bob, id)).toMatchObject({ content: "in the last second", is_edited: true });
  });

  it("[M1] the time runs from the sending: an edit does not prolong it", async () => {
    const { id } = await say(ada, room, "first");
    clock.pass(14 * minutes);
    expect(await edit(ada, id, "second")).toBe("ok");
    clock.pass(2 * minutes);
    expect(await edit(ada, id, "third")).toBe("forbidden");
  });

  it("[M1] others may not, whatever their role, in groups and in direct rooms", async () => {
    const { id } = await say(bob, room, "bob's");
    expect(await edit(ada, id)).toBe("forbidden");
    const direct = await say(bob, await makeDirect(ada, "bob"), "bob's");
    expect(await edit(ada, direct.id)).toBe("forbidden");
    expect(await viewMessage(ada, id)).toMatchObject({ content: "bob's", is_edited: false, edited_at: null });
  });

  it("[M1] what it said before is kept, every version", async () => {
    const { id } = await say(ada, room, "one");
    for (const content of ["two", "two", "three"]) await edit(ada, id, content);
    expect(await readEarlier(id)).toEqual(["one", "two"]);
    expect((await viewMessage(ada, id)).content).toBe("three");
  });

  it("[M1] whose sender may no longer write in the room can't edit either", async () => {
    const { id } = await say(bob, room, "bob's");
    await ada.rest.patch(`/rooms/${room}`, { settings: { who_can_send: "admins" } });
    expect(await edit(bob, id)).toBe("forbidden");
  });

  it("a system message can't be edited, a deleted one is gone, an unknown one is not found", async () => {
    await ada.rest.patch(`/rooms/${room}`, { name: "New" });
    expect(await edit(ada, `${room}.1`)).toBe("forbidden");
    const { id } = await say(ada, room, "soon gone");
    await ada.rest.delete(`/messages/${id}`);
    expect(await edit(ada, id)).toBe("gone");
    expect(await edit(ada, `${room}.99`)).toBe("not_found");
  });

  it("the sequence stays, the change rises, and the members hear the message as it is now", async () => {
    const sent = await say(ada, room, "frist", { client_message_id: "c" });
    const listener = listenTo(await server.socket(bob));
    clock.pass(5);
    await edit(ada, sent.id, "first");
    const now = await viewMessage(bob, sent.id);
    expect(now).toEqual({
      ...sent,
      duplicate: undefined,
      status: undefined,
      content: "first",
      change: sent.change + 1,
      is_edited: true,
      edited_at: clock.now().toISOString(),
      updated_at: clock.now().toISOString(),
    });
    await listener.settle();
    expect(listener.of("message:edit:update")).toEqual([now]);
  });

  it("what changes nothing is not an edit", async () => {
    const sent = await say(ada, room, "same");
    const listener = listenTo(await server.socket(bob));
    expect(await edit(ada, sent.id, "same")).toBe("ok");
    expect(await viewMessage(ada, sent.id)).toMatchObject({ is_edited: false, change: sent.change });
    expect(await listener.settle()).toEqual([]);
  });

  it("[M4] a preview of an edited message says what it says now", async () => {
    const sent = await say(ada, room, "frist");
    const reply = await say(bob, room, "you mean first", { reply_to: sent.id });
    await edit(ada, sent.id, "first");
    expect((await viewMessage(bob, reply.id)).reply_preview).toMatchObject({ id: sent.id, content: "first" });
  });

  it("over the socket: the same rules", async () => {
    const socket = await server.socket(ada);
    const { id } = await say(ada, room, "first");
    const reply = await ask(socket, "message:edit", { message_id: id, content: "second" });
    expect(reply).toMatchObject({ success: true, data: { content: "second", status: "sent" } });
    clock.pass(16 * minutes);
    expect(await ask(socket, "message:edit", { message_id: id, content: "third" })).toMatchObject({
      code: "forbidden",
    });
  });
});
