/** Media that each recipient may open once. */
import type { Media } from "@pipit/protocol/models/media";
import type { Message } from "@pipit/protocol/models/message";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { bytesOf, fetchMedia, readCode } from "../../../test/setup/fetch-media.ts";
import { listenTo } from "../../../test/setup/listening.ts";
import type { RestReply } from "../../../test/setup/rest-client.ts";
import { codeOf, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { dot, note, requestUpload, upload } from "../../../test/setup/upload.ts";

const day = 86_400;
const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;
let eve: Person;

beforeAll(async () => {
  server = await startTestServer({ clock, databasePoolSize: 8 });
  [ada, bob, carl, eve] = [
    await createLastingPerson(server, "ada"),
    await createLastingPerson(server, "bob"),
    await createLastingPerson(server, "carl"),
    await createLastingPerson(server, "eve"),
  ];
});
afterAll(() => server.close());

type Sent = { room: string; id: string; medium: Media; said: Message };

/** A picture of ada's, to be opened once, in a group of its own. */
async function sendOnce(memberIds = ["bob", "carl"], given: object = {}): Promise<Sent> {
  const [room, medium] = [await makeGroup(ada, memberIds), await upload(ada, dot)];
  const said = await say(ada, room, "look", { upload_id: medium.id, is_view_once: true, ...given });
  return { room, id: said.id, medium, said };
}

function open(person: Person, id: string): Promise<RestReply> {
  return person.rest.post(`/messages/${id}/open`);
}

async function openedUrl(person: Person, id: string): Promise<string> {
  const { body } = await open(person, id);
  if (!body.success) throw new Error(`refused: ${JSON.stringify(body)}`);
  return body.data.signedUrl;
}

const lookAt = (url: string, headers?: Record<string, string>) => fetchMedia(null, url, headers);

/** Has the server run the jobs that are due: to give up an upload wakes them. */
async function wakeJobs(): Promise<void> {
  const { uploadId } = await requestUpload(ada, note);
  await ada.rest.delete(`/media/${uploadId}`);
}

function untilLeft({ id }: Sent): Promise<void> {
  const hasLeft = async () => expect(await viewMessage(ada, id)).toMatchObject({ is_media_removed: true });
  return vi.waitFor(hasLeft, { timeout: 8_000 });
}

async function hasEnded(sent: Sent): Promise<void> {
  await untilLeft(sent);
  const { medium } = sent;
  expect(codeOf(await ada.rest.get(`/media/${medium.id}`))).toBe("not_found");
}

async function query(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  await client.query(text, values);
  await client.end();
}

describe("[E3] a message with a medium to be opened once", () => {
  it("shows neither the medium nor an address of it, to nobody", async () => {
    const { room, id, said } = await sendOnce();
    const { messages } = (await bob.rest.post("/sync/messages", { room_id: room, since_change: 1 })).body.data;
    for (const seen of [said, await viewMessage(ada, id), await viewMessage(bob, id), messages[0]]) {
      expect(seen).toMatchObject({ id, message_type: "image", content: "look", view_once: { opened_by: [] } });
      for (const field of ["media", "file_url", "is_media_removed"]) expect(seen).not.toHaveProperty(field);
      expect(seen.meta_data).toEqual({});
    }
  });

  it("carries a picture, film or sound", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const [picture, text] = [await upload(ada, dot), await upload(ada)];
    const send = async (given: object) =>
      codeOf(await ada.rest.post(`/rooms/${room}/messages`, { content: "x", is_view_once: true, ...given }));
    expect(await send({})).toBe("invalid_request");
    expect(await send({ upload_id: text.id })).toBe("invalid_request");
    expect(await send({ upload_id: picture.id, message_type: "file" })).toBe("invalid_request");
    expect(await send({ upload_id: picture.id, message_type: "image" })).toBe("ok");
  });

  it("can't be forwarded, and can have a star", async () => {
    const { room, id } = await sendOnce();
    expect(codeOf(await bob.rest.post(`/messages/${id}/forward`, { target_room_ids: [room] }))).toBe("forbidden");
    expect(codeOf(await bob.rest.put(`/messages/${id}/star`))).toBe("ok");
  });

  it("[D6] is the only way to the medium: no other door opens to any but the uploader", async () => {
    const { room, id, medium } = await sendOnce();
    const reach = async (person: Person) => [
      codeOf(await person.rest.get(`/media/${medium.id}`)),
      await readCode(await fetchMedia(person, medium.url)),
      await readCode(await fetchMedia(person, `${medium.url}?width=96`)),
    ];
    const none = ["not_found", "not_found", "not_found"];
    expect(await reach(bob)).toEqual(none);
    await open(bob, id);
    for (const person of [bob, carl, eve]) expect(await reach(person)).toEqual(none);
    expect(await reach(ada)).toEqual(["ok", "ok", "ok"]);
    await say(ada, room, "for good", { upload_id: medium.id });
    expect(await reach(carl)).toEqual(["ok", "ok", "ok"]);
    expect(await reach(eve)).toEqual(none);
  });
});

describe("[E4] to open it", () => {
  it("is for those who were members when it was sent, but for its sender, once", async () => {
    const { room, id } = await sendOnce();
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "eve" });
    const plain = await say(ada, room, "plain");
    const picture = await say(ada, room, "", { upload_id: (await upload(ada, dot)).id });
    expect(await viewMessage(eve, id)).toMatchObject({ view_once: { opened_by: [] } });
    const outcomes = [];
    for (const person of [ada, eve, bob, bob, carl]) outcomes.push(codeOf(await open(person, id)));
    expect(outcomes).toEqual(["forbidden", "forbidden", "ok", "gone", "ok"]);
    for (const message of [plain, picture]) expect(codeOf(await open(bob, message.id))).toBe("conflict");
    expect((await viewMessage(eve, id)).view_once).toEqual({ opened_by: ["bob", "carl"] });
  });

  it("is nothing for outsiders, for who was removed, and of what was deleted", async () => {
    const { room, id } = await sendOnce();
    const twin = await createLastingPerson(server, "bob", "elsewhere");
    await ada.rest.delete(`/rooms/${room}/members/carl`);
    for (const person of [eve, twin, carl]) expect(codeOf(await open(person, id))).toBe("not_found");
    await ada.rest.delete(`/messages/${id}`);
    expect(codeOf(await open(bob, id))).toBe("gone");
  });

  it("is not used up while the medium can't be seen yet", async () => {
    const { id, medium } = await sendOnce();
    await query("update media set is_pending = true where id = $1", [medium.id]);
    expect(codeOf(await open(bob, id))).toBe("unavailable");
    await query("update media set is_pending = false where id = $1", [medium.id]);
    expect(codeOf(await open(bob, id))).toBe("ok");
  });

  it("of two devices at once, at two servers, is one's alone", async () => {
    const other = await startTestServer({ clock, databasePoolSize: 8, databaseUrl: server.databaseUrl });
    onTestFinished(() => other.close());
    const there = await createLastingPerson(other, "bob");
    const once = { upload_id: (await upload(ada, dot)).id, is_view_once: true };
    const race = async (): Promise<void> => {
      const room = await makeGroup(ada, ["bob"]);
      const sent = await Promise.all(Array.from({ length: 50 }, () => say(ada, room, "", once)));
      for (const { id } of sent) {
        const replies = await Promise.all([open(bob, id), open(there, id)]);
        expect(replies.map(codeOf).sort()).toEqual(["gone", "ok"]);
      }
    };
    await Promise.all([race(), race(), race(), race()]);
    // Else the jobs of other tests would have all of these to end.
    await query("delete from media_uses where upload_id = $1", [once.upload_id]);
  });
});

describe("[E5] the address of a look", () => {
  it("gives the bytes, also in part, without a token, for five minutes, and to no cache", async () => {
    const { id } = await sendOnce();
    const { data } = (await open(bob, id)).body;
    const until = new Date(clock.now().getTime() + 300_000).toISOString();
    expect(data).toMatchObject({ message_id: id, type: "image/png", signedUntil: until });
    const whole = await lookAt(data.signedUrl);
    expect([whole.status, whole.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect((await bytesOf(whole)).subarray(0, 8)).toEqual(dot.bytes.subarray(0, 8));
    const part = await lookAt(data.signedUrl, { range: "bytes=0-3" });
    expect([part.status, await bytesOf(part)]).toEqual([206, dot.bytes.subarray(0, 4)]);
    clock.pass(299);
    expect((await lookAt(data.signedUrl)).status).toBe(200);
    clock.pass(1);
    expect(await readCode(await lookAt(data.signedUrl))).toBe("unauthenticated");
    expect(codeOf(await open(bob, id))).toBe("gone");
  });

  it("is of no use for another medium, nor once the message, or the room, is no more for who opened it", async () => {
    const [deleted, left, closed] = [await sendOnce(), await sendOnce(), await sendOnce()];
    const urls = [];
    for (const { id } of [deleted, left, closed]) urls.push(await openedUrl(bob, id));
    const [first = "", second = "", third = ""] = urls;
    expect(await readCode(await lookAt(first.replace(deleted.medium.id, left.medium.id)))).toBe("unauthenticated");
    for (const url of urls) expect((await lookAt(url)).status).toBe(200);
    await ada.rest.delete(`/messages/${deleted.id}`);
    await ada.rest.delete(`/rooms/${left.room}/members/bob`);
    await ada.rest.delete(`/rooms/${closed.room}`);
    for (const url of [first, second, third]) expect(await readCode(await lookAt(url))).toBe("not_found");
  });

  it("comes with a change that tells the room who has opened it", async () => {
    const { room, id } = await sendOnce();
    const { last_change } = await viewRoom(ada, room);
    const listeners = await Promise.all([ada, bob, carl].map(async (person) => listenTo(await server.socket(person))));
    const { change } = (await open(bob, id)).body.data;
    expect(change).toBe(last_change + 1);
    for (const listener of listeners) {
      await listener.settle();
      expect(listener.of("message:edit:update")).toMatchObject([{ id, change, view_once: { opened_by: ["bob"] } }]);
    }
    const since = { room_id: room, since_change: last_change };
    const { messages } = (await carl.rest.post("/sync/messages", since)).body.data;
    expect(messages).toMatchObject([{ id, change, view_once: { opened_by: ["bob"] } }]);
  });
});

describe("[E6] the medium ends", () => {
  it("when all have opened it, and the last look is over, by a change of the message", async () => {
    const sent = await sendOnce();
    await open(bob, sent.id);
    clock.pass(600);
    const last = await openedUrl(carl, sent.id);
    const { last_change } = await viewRoom(ada, sent.room);
    clock.pass(299);
    await wakeJobs();
    expect((await lookAt(last)).status).toBe(200);
    clock.pass(21);
    await wakeJobs();
    await hasEnded(sent);
    const since = { room_id: sent.room, since_change: last_change };
    const { messages } = (await bob.rest.post("/sync/messages", since)).body.data;
    const view_once = { opened_by: ["bob", "carl"] };
    expect(messages).toMatchObject([{ id: sent.id, change: last_change + 1, is_media_removed: true, view_once }]);
  });

  it("not while one who is there has not, and when that one goes", async () => {
    const sent = await sendOnce();
    await open(bob, sent.id);
    clock.pass(day);
    await wakeJobs();
    expect(codeOf(await ada.rest.get(`/media/${sent.medium.id}`))).toBe("ok");
    await ada.rest.delete(`/rooms/${sent.room}/members/carl`);
    clock.pass(20);
    await wakeJobs();
    await hasEnded(sent);
  });

  it("after fourteen days, opened or not, and not from under one who looks; another message keeps it", async () => {
    const [unopened, late, kept] = [await sendOnce(), await sendOnce(), await sendOnce()];
    await say(ada, kept.room, "for good", { upload_id: kept.medium.id });
    clock.pass(14 * day - 60);
    const url = await openedUrl(bob, late.id);
    clock.pass(60);
    expect(codeOf(await open(bob, unopened.id))).toBe("gone");
    await wakeJobs();
    await hasEnded(unopened);
    expect((await lookAt(url)).status).toBe(200);
    await untilLeft(kept);
    expect(codeOf(await bob.rest.get(`/media/${kept.medium.id}`))).toBe("ok");
    clock.pass(260);
    await wakeJobs();
    await hasEnded(late);
  });

  it("when its uploader removes it, of which the message tells", async () => {
    const { room, id, medium } = await sendOnce();
    const listener = listenTo(await server.socket(bob));
    await ada.rest.delete(`/media/${medium.id}`);
    await vi.waitFor(() => expect(listener.of("message:edit:update")).toMatchObject([{ id, is_media_removed: true }]));
    expect(codeOf(await open(bob, id))).toBe("gone");
    expect((await viewRoom(bob, room)).last_message).toMatchObject({ is_media_removed: true });
  });
});
