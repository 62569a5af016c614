/** People and chats with something of each kind in them, for the pictures of screens. */
import { makeDirect, makeGroup, say as send } from "../../../server/test/setup/talk.ts";
import type { Person, TestServer } from "../../../server/test/setup/test-server.ts";
import { upload } from "../../../server/test/setup/upload.ts";
import { makePicture } from "./picture.ts";

export type Furnished = { ada: Person; bob: Person; group: string; direct: string; pictureId: string; pollId: string };

const day = 86_400;

/** The same each time, but for ids and times. */
export async function furnish(server: TestServer): Promise<Furnished> {
  const [ada, bob, eve, farid, gita] = await Promise.all([
    makePerson(server, "ada", "Ada Lovelace"),
    makePerson(server, "bob", "Bob Müller"),
    makePerson(server, "eve", "Eve Adebayo"),
    makePerson(server, "farid", "فريد حداد"),
    makePerson(server, "gita", "गीता शर्मा"),
  ]);
  const direct = await makeDirect(ada, "bob");
  await send(bob, direct, "Have you seen https://example.org/notes?");
  await send(ada, direct, "Not *yet*, ~tomorrow~ today.");
  const group = await makeGroup(ada, ["bob", "eve", "farid", "gita"], {
    name: "Book club",
    description: "One book a month.",
  });
  await send(eve, group, "Has everyone finished chapter 3?");
  await send(farid, group, "نعم، أعجبني كثيرًا");
  await send(gita, group, "मुझे थोड़ा समय और चाहिए");
  const picture = await upload(bob, { name: "shelf.png", type: "image/png", bytes: makePicture(900, 600) });
  const shown = await send(bob, group, "My shelf", { message_type: "image", file_url: picture.url });
  const notes = await upload(eve, {
    name: "Chapter 3.txt",
    type: "text/plain",
    bytes: Buffer.from("Notes.\n".repeat(400)),
  });
  await send(eve, group, "", { message_type: "file", file_url: notes.url });
  const poll = await send(ada, group, "", {
    meta_data: { poll: { question: "Which one next?", options: ["Emma", "Dracula", "Dune"] } },
  });
  await bob.rest.put(`/messages/${poll.id}/vote`, { option_ids: [1] });
  await send(gita, group, "", { meta_data: { location: { latitude: 52.52, longitude: 13.405, name: "Library" } } });
  await send(farid, group, "", { meta_data: { contact: { name: "Eve Adebayo", user_id: "eve" } } });
  await ada.rest.put(`/messages/${poll.id}/pin`, { duration: "7d" });
  await ada.rest.put(`/messages/${shown.id}/star`);
  await send(bob, group, "@Ada Lovelace, shall we meet on Friday?");
  await makeRest(ada, bob);
  await ada.rest.post(`/rooms/${group}/invites`, { expires_at: null });
  return { ada, bob, group, direct, pictureId: shown.id, pollId: poll.id };
}

/** An archived chat, an invitation, a folder. */
async function makeRest(ada: Person, bob: Person): Promise<void> {
  const old = await makeGroup(bob, ["ada"], { name: "Last year's trip" });
  await send(bob, old, "It was good.");
  await ada.rest.patch(`/rooms/${old}/preferences`, { is_archived: true });
  const chess = await makeGroup(bob, [], { name: "Chess" });
  await bob.rest.post(`/rooms/${chess}/invitations`, { user_id: "ada" });
  const folder = { id: "reading", name: "Reading", include_groups: true };
  await ada.rest.put("/folders", { folders: [folder] });
}

async function makePerson(server: TestServer, id: string, name: string): Promise<Person> {
  const { token } = await server.tokens.issue({ userId: id, tenantId: "default", name }, day);
  const rest = server.rest(token);
  await rest.get("/users/me");
  return { id, tenant: "default", token, rest };
}
