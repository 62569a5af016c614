/** Who is in which room: pairs, groups of about ten, and one larger. */
import type { Random } from "../random.ts";

export type RoomPlan = { name: string; members: string[] };

const groupSize = 10;
const largest = 100;

/** Everybody is in a pair and in a group; the first hundred are in the large one. */
export function planRooms(userIds: readonly string[], random: Random): RoomPlan[] {
  const pairs = chunk(shuffle(userIds, random), 2).filter((members) => members.length === 2);
  const groups = chunk(shuffle(userIds, random), groupSize).filter((members) => members.length > 1);
  return [
    ...pairs.map((members, place) => ({ name: `pair ${place}`, members })),
    ...groups.map((members, place) => ({ name: `group ${place}`, members })),
    { name: "everybody", members: userIds.slice(0, largest) },
  ];
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, place) =>
    items.slice(place * size, (place + 1) * size),
  );
}

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
