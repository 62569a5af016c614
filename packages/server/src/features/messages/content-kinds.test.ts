/** Messages that carry a contact, a location or a poll: content of a shape of its own. */
import type { Message } from "@pipit/protocol/models/message";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeGroup, readHistory, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { upload } from "../../../test/setup/upload.ts";

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

const contact = { name: "Grace Hopper", organisation: "Navy", phones: ["+1 555 0100"], emails: ["g@example.com"] };
const location = { latitude: 48.85837, longitude: 2.294481, accuracy: 12.5, name: "Eiffel Tower", address: "Paris" };
const poll = { question: "Where to?", options: ["sea", "hills"], is_multiple: true };

function toShown(asked: { question: string; options: string[]; is_multiple?: boolean }) {
  const options = asked.options.map((text, id) => ({ id, text, vote_count: 0, user_ids: [], voted_by_me: false }));
  return { ...asked, is_multiple: asked.is_multiple ?? false, options, voter_count: 0, closed_at: null };
}

type Kind = { type: "contact" | "location" | "poll"; meta: object; shown: object; fallback: string };

const kinds: Kind[] = [
  { type: "contact", meta: { contact }, shown: { contact }, fallback: "👤 Grace Hopper" },
  { type: "location", meta: { location }, shown: { location }, fallback: "📍 Eiffel Tower" },
  { type: "poll", meta: { poll }, shown: { poll: toShown(poll) }, fallback: "📊 Where to?" },
];

function send(given: object): Promise<Awaited<ReturnType<Person["rest"]["post"]>>> {
  return ada.rest.post(`/rooms/${room}/messages`, given);
}

/** The code, and the paths of what is wrong. */
async function refusalOf(given: object): Promise<unknown[]> {
  const { body } = await send(given);
  if (body.success) return ["ok"];
  return [body.code, ...(body.details ?? []).map((detail: { path: string }) => detail.path)];
}

describe.each(kinds)("[M13] a $type", ({ type, meta, shown, fallback }) => {
  it("comes out as it went in: over both doors, in the event, the history and sync", async () => {
    const socket = await server.socket(ada);
    const listener = listenTo(await server.socket(bob));
    const byRest = await say(ada, room, "look", { message_type: type, meta_data: meta });
    const bySocket = await ask(socket, "message:send", { room_id: room, content: "look", meta_data: meta });
    for (const sent of [byRest, bySocket.data as Message]) {
      expect(sent).toMatchObject({ message_type: type, content: "look" });
      expect(sent.meta_data).toEqual(shown);
      const stored = await viewMessage(bob, sent.id);
      expect(stored.meta_data).toEqual(shown);
      expect((await readHistory(bob, room)).find(({ id }) => id === sent.id)).toEqual(stored);
      const body = { room_id: room, since_change: sent.change - 1, limit: 1 };
      expect((await bob.rest.post("/sync/messages", body)).body.data.messages).toEqual([stored]);
      await listener.settle();
      expect(listener.of("message:receive").find(({ id }) => id === sent.id)).toEqual(stored);
    }
  });

  it("has a text that stands for it, where nothing better is given", async () => {
    for (const given of [{}, { content: "" }, { content: "  \n" }]) {
      const sent = (await send({ ...given, meta_data: meta })).body.data;
      expect([sent.message_type, sent.content]).toEqual([type, fallback]);
    }
    const { id } = (await send({ meta_data: meta })).body.data;
    const reply = await say(bob, room, "nice", { reply_to: id });
    expect(reply.reply_preview).toMatchObject({ message_type: type, content: fallback });
  });

  it("is not sent without what it carries, nor as another type, with a medium, or to be opened once", async () => {
    expect(await refusalOf({ content: "x", message_type: type })).toEqual(["invalid_request", `meta_data.${type}`]);
    expect(await refusalOf({ message_type: "text", meta_data: meta })).toEqual(["invalid_request", "message_type"]);
    expect(await refusalOf({ is_view_once: true, meta_data: meta })).toEqual(["invalid_request", "is_view_once"]);
    const upload_id = (await upload(ada)).id;
    expect(await refusalOf({ upload_id, meta_data: meta })).toEqual(["invalid_request", "upload_id"]);
    const other = type === "poll" ? { contact } : { poll };
    expect(await refusalOf({ meta_data: { ...meta, ...other } })).toEqual(["invalid_request", "meta_data"]);
  });

  it("[G3] is known again by its client_message_id, and another one of that id is a conflict", async () => {
    const given = { client_message_id: `one ${type}`, meta_data: meta };
    const first = (await send(given)).body.data;
    expect((await send(given)).body.data).toEqual({ ...first, duplicate: true });
    const [[key, value] = ["", {}]] = Object.entries(meta);
    for (const other of [{ name: "x" }, { question: "Whither?" }]) {
      const changed = { ...given, meta_data: { [key]: { ...value, ...other } } };
      const isOther = Object.keys(other).some((field) => field in value);
      expect(codeOf(await send(changed))).toBe(isOther ? "conflict" : "ok");
    }
  });

  it("is not edited, and leaves a tombstone without it", async () => {
    const { id } = (await send({ meta_data: meta })).body.data;
    const edit = await ada.rest.put(`/messages/${id}`, { content: "other" });
    expect([codeOf(edit), edit.body.error]).toEqual(["forbidden", "Only text and captions can be edited."]);
    await ada.rest.delete(`/messages/${id}`);
    expect(await viewMessage(bob, id)).toMatchObject({ message_type: type, is_deleted: true, content: "" });
    expect((await viewMessage(bob, id)).meta_data).toEqual({});
    expect(codeOf(await ada.rest.put(`/messages/${id}`, { content: "other" }))).toBe("gone");
  });
});

describe("[M13] what is refused", () => {
  const wrong: Record<string, [string, object]> = {
    "a contact without a name": ["meta_data.contact.name", { contact: { phones: ["1"] } }],
    "a contact with a blank name": ["meta_data.contact.name", { contact: { name: " " } }],
    "eleven numbers": ["meta_data.contact.phones", { contact: { name: "x", phones: new Array(11).fill("1") } }],
    "what is no address": ["meta_data.contact.emails.0", { contact: { name: "x", emails: ["nobody"] } }],
    "a contact with an id that none can have": ["meta_data.contact.user_id", { contact: { name: "x", user_id: "*" } }],
    "a place beyond the pole": ["meta_data.location.latitude", { location: { latitude: 90.1, longitude: 0 } }],
    "half a place": ["meta_data.location.longitude", { location: { latitude: 1 } }],
    "a place in words": ["meta_data.location.latitude", { location: { latitude: "1", longitude: 0 } }],
    "a poll without a question": ["meta_data.poll.question", { poll: { options: ["a", "b"] } }],
    "a poll with one option": ["meta_data.poll.options", { poll: { question: "?", options: ["a"] } }],
    "thirteen options": ["meta_data.poll.options", { poll: { question: "?", options: [..."abcdefghijklm"] } }],
    "an option twice": ["meta_data.poll.options", { poll: { question: "?", options: ["a", " a "] } }],
    "an option of 101 characters": [
      "meta_data.poll.options.1",
      { poll: { question: "?", options: ["a", "b".repeat(101)] } },
    ],
  };
  it.each(Object.entries(wrong))("%s", async (_, [path, meta_data]) => {
    expect(await refusalOf({ meta_data })).toEqual(["invalid_request", path]);
    const reply = await ask(await server.socket(ada), "message:send", { room_id: room, meta_data });
    expect([reply.code, reply.details[0].path]).toEqual(["invalid_request", path]);
  });

  it("types that are not known here, and the system's own", async () => {
    for (const message_type of ["sticker", "system", "POLL"]) {
      expect(codeOf(await send({ content: "x", message_type, meta_data: { poll } }))).toBe("unsupported_type");
    }
  });

  it("votes, counts, an end and facts of the system that a client makes up are not taken", async () => {
    const forged = {
      ...poll,
      closed_at: "2020-01-01T00:00:00.000Z",
      voter_count: 9,
      votes: [{ user_id: "bob", option_ids: [0] }],
    };
    const system = { kind: "member_left" };
    const forward_info = { original_sender_id: "bob", original_sender_name: "Bob", forward_chain_length: 1 };
    const { id } = (await send({ meta_data: { poll: forged, system, forward_info } })).body.data;
    expect((await viewMessage(bob, id)).meta_data).toEqual({ poll: toShown(poll) });
    expect(codeOf(await bob.rest.put(`/messages/${id}/vote`, { option_ids: [1] }))).toBe("ok");
  });
});

const words = (max: number) =>
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: max })
    .filter((text) => text.trim() !== "" && [...text].length <= max);
const degrees = (max: number) => fc.double({ min: -max, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const email = fc.stringMatching(/^[a-z0-9]{1,20}$/).map((name) => `${name}@example.com`);
const given = fc.oneof(
  fc
    .record(
      {
        name: words(100),
        organisation: words(100),
        phones: fc.array(words(40), { maxLength: 10 }),
        emails: fc.array(email, { maxLength: 10 }),
        user_id: fc.stringMatching(/^[\w.@:+|~=-]{1,128}$/),
      },
      { requiredKeys: ["name"] },
    )
    .map((value) => ({ contact: value })),
  fc
    .record(
      {
        latitude: degrees(90),
        longitude: degrees(180),
        accuracy: fc.double({ min: 0, max: 100_000, noNaN: true }).map(Math.abs),
        name: words(100),
        address: words(300),
      },
      { requiredKeys: ["latitude", "longitude"] },
    )
    .map((value) => ({ location: value })),
  fc
    .record(
      {
        question: words(300),
        options: fc.uniqueArray(words(100), { minLength: 2, maxLength: 12, selector: (text) => text.trim() }),
        is_multiple: fc.boolean(),
      },
      { requiredKeys: ["question", "options"] },
    )
    .map((value) => ({ poll: value })),
);

it("[M13] whatever is valid comes out as it went in", async () => {
  await fc.assert(
    fc.asyncProperty(given, async (meta_data) => {
      const sent = (await send({ meta_data })).body;
      expect(sent.success, JSON.stringify(sent)).toBe(true);
      const shown = "poll" in meta_data ? { poll: toShown(meta_data.poll) } : meta_data;
      expect((await viewMessage(bob, sent.data.id)).meta_data).toEqual(shown);
      expect(sent.data.meta_data).toEqual(shown);
    }),
    { numRuns: 60 },
  );
});
