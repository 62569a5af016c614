/** Gives the demo's people what each has for themself: pins, mutes, archived chats, folders, drafts and stars. */
import type { Services } from "../context.ts";
import { act } from "./act.ts";
import type { DemoPerson } from "./demo-people.ts";
import { createDemoRandom, type DemoRandom } from "./demo-random.ts";
import type { FurnishedRoom } from "./furnish-room.ts";

const manyRooms = 6;
const forGood = "9999-12-31T00:00:00.000Z";
const drafts = [
  "I wanted to ask you whether",
  "Sorry for the late answer! I",
  "Thank you again for",
  "Could we move it to",
  "That sounds great, but",
];

/** @param rooms the one with the newest message first */
export async function furnishAccounts(
  services: Services,
  people: readonly DemoPerson[],
  rooms: readonly FurnishedRoom[],
): Promise<void> {
  await Promise.all(
    people.map(async ({ id }) => {
      const own = rooms.filter((room) => room.userIds.includes(id));
      const random = createDemoRandom(`account ${id}`);
      await furnishRooms(services, id, own, random);
      if (own.length >= manyRooms) await act(services, id, "folders.set", { folders: toFolders(own) });
      await giveStars(services, id, own, random);
    }),
  );
}

async function furnishRooms(
  services: Services,
  userId: string,
  rooms: readonly FurnishedRoom[],
  random: DemoRandom,
): Promise<void> {
  const groups = rooms.filter((room) => room.isGroup);
  const pairs = rooms.filter((room) => !room.isGroup);
  const set = async (room: FurnishedRoom | undefined, preferences: object): Promise<void> => {
    if (room) await act(services, userId, "rooms.setPreferences", { room_id: room.id, ...preferences });
  };
  await set(groups[random.between(0, 1)], { is_pinned: true });
  // The oldest of several, whose time is over.
  const old = rooms.length >= manyRooms ? pairs.slice(2).at(-1) : undefined;
  await set(old, { is_archived: true });
  await set(pairs[1], { is_pinned: random.next() < 0.7 });
  await set(groups.length > 2 ? groups.at(-2) : undefined, { muted_until: forGood });
  await set(pairs[0], random.next() < 0.5 ? { draft: { content: random.pick(drafts) } } : {});
  await set(groups.at(-1), { is_marked_unread: random.next() < 0.2 });
}

function toFolders(rooms: readonly FurnishedRoom[]) {
  const work = rooms.filter(({ key }) => key === "staff" || key === "announcements" || key === "parents");
  return [
    { id: "answer", name: "To answer", include_unread: true },
    { id: "school", name: "School", room_ids: work.map((room) => room.id) },
  ];
}

async function giveStars(
  services: Services,
  userId: string,
  rooms: readonly FurnishedRoom[],
  random: DemoRandom,
): Promise<void> {
  const said = rooms.flatMap((room) => room.said);
  for (const { id } of random.shuffle(said).slice(0, 3)) {
    await act(services, userId, "messages.addStar", { message_id: id });
  }
}
