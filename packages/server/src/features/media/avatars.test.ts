/** Uploaded pictures of users and rooms. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fetchMedia, readCode } from "../../../test/setup/fetch-media.ts";
import { shareMedium } from "../../../test/setup/room-lock.ts";
import { codeOf, makeGroup, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer, testAdminKey } from "../../../test/setup/test-server.ts";
import { dot, note, upload } from "../../../test/setup/upload.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let stranger: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, eve] = [await server.person("ada"), await server.person("bob"), await server.person("eve")];
  stranger = await server.person("bob", "elsewhere");
});
afterAll(() => server.close());

/** What a person is told who asks for a medium, and for its bytes. */
async function ask(person: Person, id: string): Promise<string> {
  const told = codeOf(await person.rest.get(`/media/${id}`));
  const bytes = await readCode(await fetchMedia(person, `${server.url}/api/v1/chat/media/${id}/file?width=96`));
  expect(bytes).toBe(told);
  return told;
}

async function setPicture(person: Person, avatarUrl: string | null): Promise<string> {
  return codeOf(await person.rest.patch("/users/me", { avatar_url: avatarUrl }));
}

describe("[D13] a user's picture", () => {
  it("is there for the tenant while it is set, and for nobody else", async () => {
    const [first, second] = [await upload(ada, dot), await upload(ada, dot)];
    expect(await ask(bob, first.id)).toBe("not_found");
    await setPicture(ada, first.url);
    expect([await ask(bob, first.id), await ask(stranger, first.id), await ask(bob, second.id)]).toEqual([
      "ok",
      "not_found",
      "not_found",
    ]);
    expect(codeOf(await bob.rest.delete(`/media/${first.id}`))).toBe("forbidden");
    await setPicture(ada, `${second.url}?width=96`);
    expect([await ask(bob, first.id), await ask(bob, second.id)]).toEqual(["not_found", "ok"]);
    await setPicture(ada, null);
    expect(await ask(bob, second.id)).toBe("not_found");
  });

  it("opens nothing of another's, whoever sets it, and nothing that is no picture", async () => {
    const [hers, text] = [await upload(ada, dot), await upload(ada, note)];
    await setPicture(bob, hers.url);
    await setPicture(await server.person("ada", "elsewhere"), hers.url);
    const given = { user_id: "bob", tenant_id: "default", avatar_url: hers.url };
    expect(codeOf(await server.rest(testAdminKey).put("/admin/users/bob", given))).toBe("ok");
    await setPicture(ada, text.url);
    for (const { id } of [hers, text])
      expect([await ask(bob, id), await ask(eve, id)]).toEqual(["not_found", "not_found"]);
  });

  it("stays when the messages that carry it go, and goes when its uploader removes it", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const { id, url } = await upload(ada, dot);
    const sent = await say(ada, room, "", { upload_id: id });
    await setPicture(ada, url);
    await ada.rest.delete(`/messages/${sent.id}`);
    expect(await viewMessage(bob, sent.id)).toMatchObject({ is_deleted: true });
    expect(await ask(eve, id)).toBe("ok");
    await ada.rest.delete(`/media/${id}`);
    expect(await ask(eve, id)).toBe("not_found");
  });

  it("either stays or was never shown when its message is deleted at the same moment", async () => {
    const room = await makeGroup(ada, ["bob"]);
    for (let round = 0; round < 8; round += 1) {
      const { id, url } = await upload(ada, dot);
      const sent = await say(ada, room, "", { upload_id: id });
      await Promise.all([setPicture(ada, url), ada.rest.delete(`/messages/${sent.id}`)]);
      expect(await ask(bob, id)).toBe(await ask(ada, id));
    }
  });
});

describe("[D13] a picture that is set while the message that carries it, starred by its user, is deleted", () => {
  it("waits for the deletion, and neither fails", async () => {
    const room = await makeGroup(ada, ["bob"]);
    const { id, url } = await upload(ada, dot);
    const sent = await say(ada, room, "", { upload_id: id });
    await ada.rest.put(`/messages/${sent.id}/star`);
    const lock = await shareMedium(server.databaseUrl, id);
    // It has ada's row by then, for her star, and waits for the medium.
    const deleting = ada.rest.delete(`/messages/${sent.id}`);
    await lock.waitForWaiters(1);
    const setting = setPicture(ada, url);
    await lock.waitForBlocked(2);
    await lock.commit();
    await lock.release();
    expect([codeOf(await deleting), await setting]).toEqual(["ok", "ok"]);
    expect([await ask(ada, id), await ask(bob, id)]).toEqual(["not_found", "not_found"]);
  });
});

describe("[D13] a room's picture", () => {
  it("is there for members while its uploader's setting stands", async () => {
    const { id, url } = await upload(ada, dot);
    const room = await makeGroup(ada, ["bob"], { avatar_url: url });
    expect([await ask(bob, id), await ask(eve, id)]).toEqual(["ok", "not_found"]);
    await ada.rest.delete(`/rooms/${room}/members/bob`);
    expect(await ask(bob, id)).toBe("not_found");
    const next = await upload(ada, dot);
    await ada.rest.post(`/rooms/${room}/members`, { user_id: "eve" });
    await ada.rest.patch(`/rooms/${room}`, { avatar_url: next.url });
    expect([await ask(eve, id), await ask(eve, next.id), await ask(bob, next.id)]).toEqual([
      "not_found",
      "ok",
      "not_found",
    ]);
    await ada.rest.patch(`/rooms/${room}`, { name: "Renamed", avatar_url: next.url });
    expect(await ask(eve, next.id)).toBe("ok");
    await ada.rest.patch(`/rooms/${room}`, { avatar_url: null });
    expect(await ask(eve, next.id)).toBe("not_found");
  });

  it("that somebody else sets opens nothing", async () => {
    const { id, url } = await upload(ada, dot);
    await makeGroup(bob, ["ada", "eve"], { avatar_url: url });
    expect([await ask(bob, id), await ask(eve, id), await ask(ada, id)]).toEqual(["not_found", "not_found", "ok"]);
  });
});
