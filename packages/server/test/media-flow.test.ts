/** Media from end to end, as browsers send and fetch it: on each store, over each door. */
import type { Media } from "@pipit/protocol/models/media";
import type { Message } from "@pipit/protocol/models/message";
import sharp from "sharp";
import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { once } from "./setup/listening.ts";
import { type MediaSite, mediaSites } from "./setup/media-sites.ts";
import { codeOf, makeGroup, say, viewMessage } from "./setup/talk.ts";
import type { Person, TestServer } from "./setup/test-server.ts";
import { type FileToSend, note, putFile, requestUpload, toClaim } from "./setup/upload.ts";

type Ticket = { uploadUrl: string; fileKey: string; expiresIn: number; maxFileSize: number; uploadId: string };
type Doors = {
  request(file: FileToSend): Promise<Ticket>;
  confirm(ticket: Ticket, file: FileToSend): Promise<Media>;
  get(id: string): Promise<Media>;
};

let picture: FileToSend;
let site: MediaSite;
let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;
let phone: Socket;

function dataOf(reply: { success: boolean; data?: unknown }) {
  if (!reply.success) throw new Error(`refused: ${JSON.stringify(reply)}`);
  // biome-ignore lint/suspicious/noExplicitAny: what came is looked at as it is.
  return reply.data as any;
}

/** The same steps over REST, over the socket with callbacks, and by the brief's reply events. */
const doors: Record<string, Doors> = {
  "over REST": {
    request: async (file) => dataOf((await ada.rest.post("/media/upload-url", toClaim(file))).body),
    confirm: async (ticket, file) =>
      dataOf((await ada.rest.post("/media/confirm", { fileKey: ticket.fileKey, ...toClaim(file) })).body),
    get: async (id) => dataOf((await ada.rest.get(`/media/${id}`)).body),
  },
  "over the socket, with callbacks": {
    request: async (file) =>
      dataOf(await phone.emitWithAck("media:upload:request", { ...toClaim(file), messageType: "image" })),
    confirm: async (ticket, file) =>
      dataOf(await phone.emitWithAck("media:upload:complete", { fileKey: ticket.fileKey, ...toClaim(file) })),
    get: async (id) => dataOf(await phone.emitWithAck("media:get:metadata", { uploadId: id })),
  },
  "over the socket, by reply events": {
    request: (file) => {
      phone.emit("media:upload:request", { ...toClaim(file), messageType: "image" });
      return once(phone, "media:upload:url");
    },
    confirm: (ticket, file) => {
      phone.emit("media:upload:complete", { fileKey: ticket.fileKey, ...toClaim(file), width: 1, height: 1 });
      return once(phone, "media:upload:confirmed");
    },
    get: (id) => {
      phone.emit("media:get:metadata", { uploadId: id });
      return once(phone, "media:metadata");
    },
  },
};

function fetchAs(person: Person, url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${person.token}`, ...headers } });
}

beforeAll(async () => {
  const image = sharp({ create: { width: 1200, height: 800, channels: 3, background: "#3366aa" } });
  picture = { name: "harbour.jpg", type: "image/jpeg", bytes: await image.jpeg().toBuffer() };
});

for (const [store, open] of Object.entries(mediaSites)) {
  describe(`media on ${store}`, () => {
    beforeAll(async () => {
      site = await open();
      server = site.server;
      [ada, bob, eve] = [await server.person("ada"), await server.person("bob"), await server.person("eve")];
      phone = await server.socket(ada);
    });
    afterAll(() => site.close());

    for (const [door, calls] of Object.entries(doors)) {
      it(`goes from request to a member's download ${door}; an outsider finds nothing`, async () => {
        const room = await makeGroup(ada, ["bob"]);
        const listening = await server.socket(bob);
        const ticket = await calls.request(picture);
        expect(ticket).toMatchObject({ expiresIn: 3600, maxFileSize: 104_857_600 });
        expect((await putFile(ticket, picture)).status).toBe(200);
        const medium = await calls.confirm(ticket, picture);
        expect(medium).toMatchObject({
          id: ticket.uploadId,
          type: "image/jpeg",
          width: 1200,
          height: 800,
          kind: "image",
        });
        const received = once(listening, "message:receive");
        await say(ada, room, "Check this out!", { message_type: "image", file_url: medium.url });
        await checkCarried(await received, medium);
        await checkDownloads(medium);
        expect(await calls.get(medium.id)).toMatchObject({
          id: medium.id,
          url: medium.url,
          size: picture.bytes.length,
        });
        await checkOutsider(medium);
      });
    }

    it("hides a medium from those who are not sent it yet, and from members who were removed before it was sent", async () => {
      const room = await makeGroup(ada, ["bob", "eve"]);
      const { id, url } = await doorless(note);
      expect((await fetchAs(bob, url)).status).toBe(404);
      await ada.rest.delete(`/rooms/${room}/members/eve`);
      await say(ada, room, "here", { upload_id: id });
      expect((await fetchAs(eve, url)).status).toBe(404);
      expect(codeOf(await eve.rest.get(`/media/${id}`))).toBe("not_found");
      expect((await fetchAs(bob, url)).status).toBe(200);
    });

    it("[D8] deletes object, derived files and row; messages that carried it say so, on every device", async () => {
      const room = await makeGroup(ada, ["bob"]);
      const medium = await doorless(picture);
      const sent = await say(ada, room, "look", { upload_id: medium.id });
      await fetchAs(bob, medium.thumbnailUrl ?? "");
      const listening = await server.socket(bob);
      const told = once(listening, "message:edit:update");
      expect(codeOf(await bob.rest.delete(`/media/${medium.id}`))).toBe("forbidden");
      expect(codeOf(await ada.rest.delete(`/media/${medium.id}`))).toBe("ok");
      expect((await fetchAs(ada, medium.url)).status).toBe(404);
      const update: Message = await told;
      expect(update).toMatchObject({ id: sent.id, content: "look", is_media_removed: true });
      expect(update.change).toBeGreaterThan(sent.change);
      expect(await viewMessage(bob, sent.id)).not.toHaveProperty("media");
      await expect.poll(() => site.keysOf(medium.id)).toEqual([]);
    });

    it("[D8] drops the medium with the last message that carries it", async () => {
      const room = await makeGroup(ada, ["bob"]);
      const medium = await doorless(note);
      const first = await say(ada, room, "", { upload_id: medium.id });
      const second = await say(ada, room, "again", { upload_id: medium.id, message_type: "file" });
      await ada.rest.delete(`/messages/${first.id}`);
      expect((await fetchAs(bob, medium.url)).status).toBe(200);
      await ada.rest.delete(`/messages/${second.id}`);
      expect((await fetchAs(bob, medium.url)).status).toBe(404);
      await expect.poll(() => site.keysOf(medium.id)).toEqual([]);
      expect(await viewMessage(bob, second.id)).toMatchObject({ is_deleted: true, content: "" });
    });
  });
}

async function doorless(file: FileToSend): Promise<Media> {
  const ticket = await requestUpload(ada, file);
  expect((await putFile(ticket, file)).status).toBe(200);
  return dataOf((await ada.rest.post("/media/confirm", { fileKey: ticket.fileKey, ...toClaim(file) })).body);
}

async function checkCarried(message: Message, medium: Media): Promise<void> {
  expect(message).toMatchObject({
    message_type: "image",
    file_url: medium.url,
    media: {
      upload_id: medium.id,
      url: medium.url,
      mime_type: "image/jpeg",
      width: 1200,
      height: 800,
      status: "ready",
    },
    meta_data: { media: { width: 1200, height: 800, thumbnail_url: medium.thumbnailUrl } },
  });
}

async function checkDownloads(medium: Media): Promise<void> {
  const whole = Buffer.from(await (await fetchAs(bob, medium.url)).arrayBuffer());
  expect(whole).toEqual(picture.bytes);
  const part = await fetchAs(bob, medium.url, { range: "bytes=100-199" });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 100-199/${whole.length}`]);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200));
  const thumbnail = await fetchAs(bob, medium.thumbnailUrl ?? "");
  expect([thumbnail.status, thumbnail.headers.get("content-type")]).toEqual([200, "image/webp"]);
  const { width, height } = await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata();
  expect([width, height]).toEqual([320, 213]);
}

async function checkOutsider(medium: Media): Promise<void> {
  for (const url of [medium.url, medium.thumbnailUrl ?? ""]) {
    const response = await fetchAs(eve, url);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, "not_found"]);
    expect((await fetch(url)).status).toBe(401);
  }
  expect(codeOf(await eve.rest.get(`/media/${medium.id}`))).toBe("not_found");
  expect(codeOf(await eve.rest.delete(`/media/${medium.id}`))).toBe("not_found");
}
