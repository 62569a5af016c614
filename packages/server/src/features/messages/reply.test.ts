/** Replies, and the preview of what they answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
});
afterAll(() => server.close());
beforeEach(async () => {
  room = await makeGroup(ada, ["bob"]);
});

async function tryReply(person: Person, replyTo: string): Promise<string> {
  return codeOf(await person.rest.post(`/rooms/${room}/messages`, { content: "re", reply_to: replyTo }));
}

describe("replies", () => {
  it("[M4] carry a preview of the message, in the reply, the event and the history alike", async () => {
    const { id } = await say(ada, room, "where are you?");
    const listener = listenTo(await server.socket(ada));
    const body = { room_id: room, content: "here", reply_to: id };
    const sent = (await ask(await server.socket(bob), "message:send", body)).data;
    const preview = { id, sender_id: "ada", message_type: "text", content: "where are you?", is_deleted: false };
    expect(sent).toMatchObject({ reply_to: id, reply_preview: preview });
    await listener.settle();
    expect(listener.of("message:receive")).toMatchObject([{ reply_to: id, reply_preview: preview }]);
    expect((await readHistory(ada, room)).at(-1)).toMatchObject({ reply_to: id, reply_preview: preview });
  });

  it("[M4] the preview is of at most 200 characters, none of them cut in half", async () => {
    const { id } = await say(ada, room, `a${"🎉".repeat(300)}`);
    const reply = await say(bob, room, "wow", { reply_to: id });
    expect((await viewMessage(bob, reply.id)).reply_preview?.content).toBe(`a${"🎉".repeat(199)}`);
  });

  it("[M4] name a message of the same room", async () => {
    const elsewhere = await say(ada, await makeGroup(ada, ["bob"]), "in another room");
    const private_ = await say(ada, await makeDirect(ada, "carl"), "between others");
    for (const id of [elsewhere.id, private_.id, `${room}.99`, `${room}.0`, room, "x"]) {
      expect(await tryReply(bob, id), id).toBe("not_found");
    }
    expect(await readHistory(bob, room)).toEqual([]);
  });

  it("[M4] that its sender can see: not one that they hid", async () => {
    const { id } = await say(ada, room, "hide me");
    await bob.rest.delete(`/messages/${id}?for=me`);
    expect(await tryReply(ada, id)).toBe("ok");
    expect(await tryReply(bob, id)).toBe("not_found");
  });

  it("[M4] a reply to what was deleted says so", async () => {
    const { id } = await say(ada, room, "soon gone");
    await ada.rest.delete(`/messages/${id}`);
    const reply = await say(bob, room, "what was it?", { reply_to: id });
    expect(reply.reply_preview).toMatchObject({ is_deleted: true, content: "" });
  });

  it("[M4] an edit or a deletion changes the newest hundred replies, each by a change of its own", async () => {
    const { id } = await say(ada, room, "frist");
    const replies: string[] = [];
    for (let n = 0; n < 102; n += 1) replies.push((await say(bob, room, `re ${n}`, { reply_to: id })).id);
    const listener = listenTo(await server.socket(bob));
    const { last_change } = await viewRoom(bob, room);
    await ada.rest.put(`/messages/${id}`, { content: "first" });
    await listener.settle();
    const [edited, ...quoting] = listener.of("message:edit:update");
    expect(edited).toMatchObject({ id, change: last_change + 1 });
    expect(quoting.map((message) => message.id).sort()).toEqual(replies.slice(2).sort());
    for (const message of quoting) expect(message.reply_preview).toMatchObject({ content: "first" });
    expect((await viewRoom(bob, room)).last_change).toBe(last_change + 101);
    const oldest = await viewMessage(bob, replies[0] ?? "");
    expect(oldest).toMatchObject({ reply_preview: { content: "first" }, is_edited: false });
    expect(oldest.change).toBeLessThanOrEqual(last_change);
    const page = await bob.rest.post("/sync/messages", { room_id: room, since_change: last_change, limit: 3 });
    expect(page.body.data.messages.map((message: { id: string }) => message.id)).toEqual([id, replies[2], replies[3]]);
  });

  it("[G3] a resend that answers another message is another message", async () => {
    const [first, second] = [await say(ada, room, "one"), await say(ada, room, "two")];
    const body = { content: "re", client_message_id: "c" };
    await say(bob, room, "re", { ...body, reply_to: first.id });
    const again = await bob.rest.post(`/rooms/${room}/messages`, { ...body, reply_to: second.id });
    expect(codeOf(again)).toBe("conflict");
  });
});
