/** Messages that carry media. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, makeGroup, readHistory, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { confirmUpload, note, requestUpload, upload, uploadOnly } from "../../../test/setup/upload.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let room: string;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
  room = await makeGroup(ada, ["bob"]);
});
afterAll(() => server.close());

async function trySending(person: Person, given: object): Promise<string> {
  return codeOf(await person.rest.post(`/rooms/${room}/messages`, given));
}

describe("[D7] sending a medium", () => {
  it("takes the message's type from it, and needs no text", async () => {
    const { id, url } = await upload(ada);
    expect(await say(ada, room, "", { upload_id: id })).toMatchObject({
      message_type: "file",
      content: "",
      file_url: url,
    });
    const { body } = await ada.rest.post(`/rooms/${room}/messages`, { file_url: url });
    expect(body.data).toMatchObject({
      message_type: "file",
      media: { upload_id: id, file_name: "note.txt", size: 12 },
    });
    expect((await viewRoom(bob, room)).last_message).toMatchObject({ media: { upload_id: id } });
    expect((await readHistory(bob, room)).at(-1)).toMatchObject({ media: { upload_id: id } });
  });

  it("refuses what is not the sender's own, not confirmed, not fitting, or not there", async () => {
    const mine = await upload(ada);
    const open = await uploadOnly(ada);
    const cases: [object, string][] = [
      [{ upload_id: mine.id, message_type: "image" }, "unsupported_type"],
      [{ upload_id: mine.id, message_type: "text" }, "unsupported_type"],
      [{ upload_id: open.uploadId }, "conflict"],
      [{ upload_id: crypto.randomUUID() }, "not_found"],
      [{ upload_id: "../x" }, "not_found"],
      [{ file_url: "https://evil.example/x.png" }, "invalid_request"],
      [{ file_url: mine.url, upload_id: open.uploadId }, "invalid_request"],
      [{ message_type: "image", content: "without" }, "invalid_request"],
      [{ content: "   " }, "invalid_request"],
      [{}, "invalid_request"],
    ];
    for (const [given, code] of cases) expect(await trySending(ada, given), JSON.stringify(given)).toBe(code);
    expect(await trySending(bob, { upload_id: mine.id })).toBe("not_found");
    expect(await trySending(bob, { file_url: mine.url })).toBe("not_found");
    expect(await trySending(bob, { upload_id: open.uploadId })).toBe("not_found");
    const twin = await server.person("ada", "elsewhere");
    expect(await trySending(twin, { upload_id: mine.id })).toBe("not_found");
  });

  it("[G3] a retry gives the first message, also when the medium is gone; another medium is a conflict", async () => {
    const [first, second] = [await upload(ada), await upload(ada)];
    const body = { upload_id: first.id, client_message_id: "with-media" };
    const sent = await say(ada, room, "", body);
    expect(await trySending(ada, { ...body, upload_id: second.id })).toBe("conflict");
    await ada.rest.delete(`/media/${first.id}`);
    const again = (await ada.rest.post(`/rooms/${room}/messages`, body)).body.data;
    expect(again).toMatchObject({ id: sent.id, duplicate: true, is_media_removed: true });
  });

  it("lets a caption be changed, and taken away", async () => {
    const { id } = await upload(ada);
    const sent = await say(ada, room, "first", { upload_id: id });
    await ada.rest.put(`/messages/${sent.id}`, { content: "second" });
    expect(await viewMessage(bob, sent.id)).toMatchObject({ content: "second", media: { upload_id: id } });
    expect(codeOf(await ada.rest.put(`/messages/${sent.id}`, { content: "" }))).toBe("ok");
    const plain = await say(ada, room, "words");
    expect(codeOf(await ada.rest.put(`/messages/${plain.id}`, { content: " " }))).toBe("invalid_request");
  });

  it("either carries a medium or is refused when it is removed at the same moment", async () => {
    for (let round = 0; round < 15; round += 1) {
      const { id } = await upload(ada);
      const sends = [1, 2, 3].map(() => ada.rest.post(`/rooms/${room}/messages`, { upload_id: id }));
      const [removal, ...replies] = await Promise.all([ada.rest.delete(`/media/${id}`), ...sends]);
      expect(codeOf(removal)).toBe("ok");
      for (const reply of replies) expect(["ok", "not_found"]).toContain(codeOf(reply));
      const ids = replies.flatMap((reply) => (reply.body.success ? [reply.body.data.id] : []));
      for (const sent of ids) {
        await expect.poll(() => viewMessage(bob, sent)).toMatchObject({ is_media_removed: true });
      }
    }
  });

  it("[G5] sync brings a removal like any change", async () => {
    const { id } = await upload(ada);
    const sent = await say(ada, room, "", { upload_id: id });
    const { last_change } = await viewRoom(bob, room);
    await ada.rest.delete(`/media/${id}`);
    await expect.poll(async () => (await viewRoom(bob, room)).last_change).toBeGreaterThan(last_change);
    const page = (await bob.rest.post("/sync/messages", { room_id: room, since_change: last_change })).body.data;
    expect(page.messages).toMatchObject([{ id: sent.id, is_media_removed: true }]);
    expect(page.messages).toEqual([await viewMessage(bob, sent.id)]);
  });
});

describe("[D10] space", () => {
  it("counts what is promised and kept, gives back what is removed, and says when it is full", async () => {
    const small = await startTestServer({ quotaUserBytes: 30, quotaTenantBytes: 50 });
    const [carl, dora] = [await small.person("carl"), await small.person("dora")];
    const used = async (person: Person) => (await person.rest.get("/media/usage")).body.data;
    const ask = async (person: Person) =>
      codeOf(await person.rest.post("/media/upload-url", { fileName: "a.txt", fileType: "text/plain", fileSize: 12 }));
    const kept = await upload(carl);
    await requestUpload(carl, note);
    expect(await used(carl)).toEqual({ used: 24, limit: 30 });
    expect(await ask(carl)).toBe("storage_full");
    expect(await used(carl)).toEqual({ used: 24, limit: 30 });
    expect([await ask(dora), await ask(dora), await ask(dora)]).toEqual(["ok", "ok", "storage_full"]);
    await carl.rest.delete(`/media/${kept.id}`);
    expect(await used(carl)).toEqual({ used: 12, limit: 30 });
    expect(await ask(carl)).toBe("ok");
    await small.close();
  });
});

it("confirmation of an upload in another tenant with the same user id is not mistaken for this one's", async () => {
  const twin = await server.person("ada", "elsewhere");
  const theirs = await uploadOnly(twin);
  expect(codeOf(await confirmUpload(ada, theirs.fileKey, note))).toBe("not_found");
  expect(codeOf(await confirmUpload(twin, theirs.fileKey, note))).toBe("ok");
});
