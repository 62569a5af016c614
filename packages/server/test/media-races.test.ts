/** Media that several change at the same instant, on one server and on two that share everything. */
import type { Media } from "@pipit/protocol/models/media";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PipitOptions } from "../src/pipit.ts";
import { startS3 } from "../src/ports/media-store/s3/s3-gateway.fixture.ts";
import { findOffset, patch } from "../src/ports/media-store/send-upload.fixture.ts";
import { beginRequest } from "./setup/endless-body.ts";
import { toRequest } from "./setup/raw-http.ts";
import type { RestReply } from "./setup/rest-client.ts";
import { toS3Options } from "./setup/s3-site.ts";
import { createMediaFolders, type MediaFolders } from "./setup/stored-files.ts";
import { codeOf, makeGroup, say, viewMessage } from "./setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";
import { confirmUpload, type FileToSend, note, requestUpload, upload, uploadOnly } from "./setup/upload.ts";
import { createWatchedLog } from "./setup/watched-log.ts";

type Pair = { here: TestServer; there: TestServer; ada: Person; adaThere: Person; close(): Promise<void> };

const log = createWatchedLog();
let folders: MediaFolders;

/** Two servers with one database and one store. */
async function openPair(options: PipitOptions): Promise<Pair> {
  const here = await startTestServer({ ...options, log });
  const there = await startTestServer({ ...options, log, databaseUrl: here.databaseUrl });
  const ada = await here.person("ada");
  return {
    ...{ here, there, ada },
    adaThere: { ...ada, rest: there.rest(ada.token) },
    async close() {
      await there.close();
      await here.close();
    },
  };
}

function fetchAs(person: Person, url: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${person.token}` } });
}

async function usageOf(person: Person): Promise<number> {
  return (await person.rest.get("/media/usage")).body.data.used;
}

beforeAll(async () => {
  folders = await createMediaFolders();
});
afterAll(async () => {
  await folders?.remove();
  expect(log.faults()).toEqual([]);
});

describe("[D2][D3] two servers that share a database and a folder", () => {
  let pair: Pair;
  let photo: FileToSend;
  beforeAll(async () => {
    pair = await openPair({ mediaUrl: `file://${folders.root}` });
    const image = sharp({ create: { width: 80, height: 60, channels: 3, background: "#a33" } });
    const bytes = await image
      .withExif({ IFD0: { Artist: "ada" } })
      .jpeg()
      .toBuffer();
    photo = { name: "a.jpg", type: "image/jpeg", bytes };
  });
  afterAll(() => pair?.close());

  it("confirm an upload once, whichever is asked, however often at once", async () => {
    for (let round = 0; round < 12; round += 1) {
      const file = round % 2 === 0 ? note : photo;
      const before = await usageOf(pair.ada);
      const { fileKey, uploadId } = await uploadOnly(pair.ada, file);
      const replies = await Promise.all(
        [pair.ada, pair.adaThere, pair.ada, pair.adaThere].map((person) => confirmUpload(person, fileKey, file)),
      );
      // One that comes in between may be told to ask again; it must not be told that nothing was uploaded.
      const codes = replies.map(codeOf);
      expect(codes.filter((code) => code !== "ok" && code !== "unavailable")).toEqual([]);
      const again = await confirmUpload(pair.adaThere, fileKey, file);
      const stable = ({ body }: RestReply) => [body.data.id, body.data.size, body.data.thumbhash, body.data.createdAt];
      for (const reply of replies.filter((one) => codeOf(one) === "ok")) expect(stable(reply)).toEqual(stable(again));
      const stored = (await folders.objects()).filter((path) => path.includes(uploadId));
      expect(
        stored.map((path) =>
          path
            .replace(/-[0-9a-f]{16}$/, "")
            .split("/")
            .at(-1),
        ),
      ).toEqual(["original"]);
      expect((await usageOf(pair.ada)) - before).toBe(again.body.data.size);
    }
    expect(await folders.unfinished()).toEqual([]);
  });

  it("take one PUT of those that come to both at once", async () => {
    for (let round = 0; round < 8; round += 1) {
      const ticket = await requestUpload(pair.ada, note);
      const statuses = await Promise.all(
        [pair.here, pair.there, pair.here, pair.there].map(async ({ url }, n) => {
          const body = `hello, worl${n}`;
          const target = ticket.uploadUrl.replace(pair.here.url, url);
          const { status } = await fetch(target, { method: "PUT", headers: { "content-type": "text/plain" }, body });
          return status;
        }),
      );
      expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
      const { url } = (await confirmUpload(pair.adaThere, ticket.fileKey, note)).body.data;
      expect(await (await fetchAs(pair.ada, url)).text()).toBe(`hello, worl${statuses.indexOf(200)}`);
    }
  });

  for (const which of ["the same server", "the other server"] as const) {
    it(`keep what they have looked at, though a piece is still being sent to ${which}`, async () => {
      const slow = which === "the same server" ? pair.here : pair.there;
      const file: FileToSend = { name: "a.txt", type: "text/plain", bytes: Buffer.alloc(4_000, "good ") };
      const ticket = await requestUpload(pair.ada, file, { resumable: true });
      const url = ticket.resumable?.protocol === "tus" ? ticket.resumable.url : "";
      const head = toRequest("PATCH", new URL(url).pathname, {
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
        "content-length": "4000",
      });
      const stalled = await beginRequest(slow.url, head);
      await stalled.write("g");
      // To ask for the offset ends what is being sent to the same server, but not what is sent to the other one.
      if (slow === pair.there) await expect.poll(() => findOffset(url)).toBe(1);
      const sendRest = async (): Promise<number> => {
        const offset = await findOffset(url);
        return (await patch(url, offset, file.bytes.subarray(offset))).status;
      };
      await expect.poll(sendRest, { timeout: 10_000 }).toBe(204);
      const confirmed: Media = (await confirmUpload(pair.ada, ticket.fileKey, file)).body.data;
      await stalled.write(Buffer.alloc(3_999, "<script>evil()</script>"));
      await Promise.race([stalled.closed, expect.poll(() => stalled.received()).toMatch(/HTTP\/1\.1 \d{3}/)]);
      stalled.destroy();
      expect(await (await fetchAs(pair.ada, confirmed.url)).text()).toBe(file.bytes.toString());
    });
  }
});

describe("two servers that share a bucket", () => {
  let pair: Pair;
  let s3: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    s3 = await startS3();
    pair = await openPair(toS3Options(s3));
  });
  afterAll(async () => {
    s3?.intercept();
    await pair?.close();
    await s3?.close();
  });

  it("confirm an upload once, whichever is asked, however often at once", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { fileKey } = await uploadOnly(pair.ada, note);
      const people = [pair.ada, pair.adaThere, pair.ada, pair.adaThere];
      const codes = (await Promise.all(people.map((person) => confirmUpload(person, fileKey, note)))).map(codeOf);
      expect(codes.filter((code) => code !== "ok" && code !== "unavailable")).toEqual([]);
      expect(codeOf(await confirmUpload(pair.adaThere, fileKey, note))).toBe("ok");
    }
  });

  it("give the first result to one that looks only when the other has cleared the upload away", async () => {
    const { fileKey } = await uploadOnly(pair.ada, note);
    let answerLate: (() => void) | undefined;
    s3.intercept(({ method, path }, response) => {
      if (answerLate !== undefined || method !== "HEAD" || !path.endsWith(fileKey)) return false;
      answerLate = () => {
        response.writeHead(404);
        response.end();
      };
      return true;
    });
    const late = confirmUpload(pair.adaThere, fileKey, note);
    await expect.poll(() => answerLate).toBeDefined();
    const first = await confirmUpload(pair.ada, fileKey, note);
    expect(codeOf(first)).toBe("ok");
    answerLate?.();
    const second = await late;
    s3.intercept();
    expect([codeOf(second), second.body.data?.id]).toEqual(["ok", first.body.data.id]);
  });
});

describe("a medium that is sent, deleted and confirmed at the same instant", () => {
  let pair: Pair;
  let bob: Person;
  let own: MediaFolders;
  beforeAll(async () => {
    own = await createMediaFolders();
    pair = await openPair({ mediaUrl: `file://${own.root}`, databasePoolSize: 8 });
    bob = await pair.here.person("bob");
  });
  afterAll(async () => {
    await pair?.close();
    await own?.remove();
  });

  async function expectGone(medium: Media): Promise<void> {
    expect((await fetchAs(pair.ada, medium.url)).status).toBe(404);
    const stored = async () => (await own.objects()).filter((path) => path.includes(medium.id));
    await expect.poll(stored, { timeout: 15_000 }).toEqual([]);
  }

  it("[G8] is gone once its removal was answered: a message has it and says so, or was refused", async () => {
    for (let round = 0; round < 15; round += 1) {
      const rooms = [await makeGroup(pair.ada, ["bob"]), await makeGroup(pair.ada, ["bob"])];
      const { fileKey } = await uploadOnly(pair.ada);
      const medium: Media = (await confirmUpload(pair.ada, fileKey, note)).body.data;
      const body = { content: "here", upload_id: medium.id };
      const send = (person: Person, room: string) => person.rest.post(`/rooms/${room}/messages`, body);
      const [sent, sentThere, removed, confirmed] = await Promise.all([
        send(pair.ada, rooms[0] ?? ""),
        send(pair.adaThere, rooms[1] ?? ""),
        pair.ada.rest.delete(`/media/${medium.id}`),
        confirmUpload(pair.adaThere, fileKey, note),
      ]);
      expect(codeOf(removed)).toBe("ok");
      expect(["ok", "gone", "not_found"]).toContain(codeOf(confirmed));
      for (const reply of [sent, sentThere]) expect(["ok", "not_found", "unavailable"]).toContain(codeOf(reply));
      expect(codeOf(await send(pair.adaThere, rooms[0] ?? ""))).toBe("not_found");
      expect(["gone", "not_found"]).toContain(codeOf(await confirmUpload(pair.ada, fileKey, note)));
      await expectGone(medium);
      for (const reply of [sent, sentThere].filter((one) => codeOf(one) === "ok")) {
        const seen = () => viewMessage(bob, reply.body.data.id);
        await expect.poll(seen).toMatchObject({ content: "here", is_media_removed: true });
        expect(await seen()).not.toHaveProperty("media");
      }
    }
    expect(await usageOf(pair.ada)).toBe(0);
  });

  it("[D8] goes with the last of two messages that are deleted at once, in one room or in two, and not before", async () => {
    for (let round = 0; round < 15; round += 1) {
      const first = await makeGroup(pair.ada, ["bob"]);
      const second = round % 2 === 0 ? first : await makeGroup(pair.ada, ["bob"]);
      const medium = await upload(pair.ada);
      const messages = [
        await say(pair.ada, first, "one", { upload_id: medium.id }),
        await say(pair.ada, second, "two", { upload_id: medium.id }),
        await say(pair.ada, second, "three", { upload_id: medium.id }),
      ];
      const bury = (person: Person, index: number) => person.rest.delete(`/messages/${messages[index]?.id}`);
      expect((await Promise.all([bury(pair.ada, 0), bury(pair.adaThere, 1)])).map(codeOf)).toEqual(["ok", "ok"]);
      expect((await fetchAs(bob, medium.url)).status).toBe(200);
      await say(pair.ada, first, "four", { upload_id: medium.id }).then((message) => messages.push(message));
      const last = await Promise.all([bury(pair.ada, 2), bury(pair.adaThere, 3), bury(pair.adaThere, 2)]);
      expect(last.map(codeOf)).toEqual(["ok", "ok", "ok"]);
      expect((await fetchAs(bob, medium.url)).status).toBe(404);
      await expectGone(medium);
    }
    expect(await usageOf(pair.ada)).toBe(0);
  });

  it("is there for as long as a message shows it: the last is deleted while another is sent", async () => {
    for (let round = 0; round < 15; round += 1) {
      const first = await makeGroup(pair.ada, ["bob"]);
      const second = await makeGroup(pair.ada, ["bob"]);
      const medium = await upload(pair.ada);
      const message = await say(pair.ada, first, "one", { upload_id: medium.id });
      const [, sent] = await Promise.all([
        pair.ada.rest.delete(`/messages/${message.id}`),
        pair.adaThere.rest.post(`/rooms/${second}/messages`, { content: "two", upload_id: medium.id }),
      ]);
      expect(["ok", "not_found", "unavailable"]).toContain(codeOf(sent));
      if (codeOf(sent) === "ok") {
        expect((await fetchAs(bob, medium.url)).status).toBe(200);
        expect(await viewMessage(bob, sent.body.data.id)).toMatchObject({ media: { upload_id: medium.id } });
        await pair.ada.rest.delete(`/messages/${sent.body.data.id}`);
      }
      await expectGone(medium);
    }
    expect(await usageOf(pair.ada)).toBe(0);
  });

  it("[G9] is nothing any more to a member whose room is closed while they download it", async () => {
    const room = await makeGroup(pair.ada, ["bob"]);
    const file: FileToSend = { name: "a.txt", type: "text/plain", bytes: Buffer.alloc(20 * 1024 * 1024, "long ") };
    const medium = await upload(pair.ada, file);
    await say(pair.ada, room, "long", { upload_id: medium.id });
    const running = await fetchAs(bob, medium.url);
    const reader = running.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    expect(codeOf(await pair.ada.rest.delete(`/rooms/${room}`))).toBe("ok");
    const later = [medium.url, `${medium.url}?width=100`].flatMap((url) => [
      fetchAs(bob, url),
      fetchAs(bob, url.replace(pair.here.url, pair.there.url)),
    ]);
    expect((await Promise.all(later)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    await reader?.cancel();
  });

  it("may be removed while it is downloaded: what has begun ends whole, what comes later is not found", async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024, "long ");
    const medium = await upload(pair.ada, { name: "a.txt", type: "text/plain", bytes });
    const running = await fetchAs(pair.ada, medium.url);
    await pair.ada.rest.delete(`/media/${medium.id}`);
    await expectGone(medium);
    expect(Buffer.from(await running.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("is downloaded and removed over and over: never a fault, never half of it", async () => {
    for (let round = 0; round < 12; round += 1) {
      const medium = await upload(pair.ada);
      const downloads = Array.from({ length: 12 }, async () => {
        const response = await fetchAs(pair.ada, medium.url);
        return response.status === 200 ? await response.text() : response.status;
      });
      await pair.ada.rest.delete(`/media/${medium.id}`);
      for (const result of await Promise.all(downloads)) expect(["hello, world", 404]).toContain(result);
    }
  });
});
