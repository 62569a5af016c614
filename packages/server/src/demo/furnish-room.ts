/** Makes a room of the demo, and has its people talk in it for weeks. */
import { act } from "./act.ts";
import { createDemoRandom, type DemoRandom } from "./demo-random.ts";
import type { DemoGroup, DemoPair } from "./demo-rooms.ts";
import type { DemoSize } from "./demo-size.ts";
import { holdTalk, readUpTo, type Said, type Stage } from "./hold-talk.ts";
import { openGroup, openPair } from "./open-room.ts";
import { type Conversation, readPhraseBook } from "./phrase-books.ts";
import { countLines, planTalks, type TalkPlace } from "./plan-talks.ts";
import type { Span } from "./plan-times.ts";

export type FurnishedRoom = { key: string; id: string; isGroup: boolean; userIds: readonly string[]; said: Said[] };

/** How many talks one may have missed. */
const mostBehind = 3;

type Task = {
  room: DemoGroup | DemoPair;
  size: DemoSize;
  span: Span;
  /** What its people may forward to it. */
  news: readonly Said[];
};

export async function furnishRoom(
  stage: Omit<Stage, "roomId" | "random" | "userIds">,
  task: Task,
): Promise<FurnishedRoom> {
  const { room, size, span, news } = task;
  const random = createDemoRandom(`room ${room.key}`);
  const userIds: readonly string[] = room.members;
  const opening = { ...stage, random, userIds };
  const isGroup = isGroupOf(room);
  const roomId = isGroup ? await openGroup(opening, room) : await openPair(opening, room);
  const open = { ...opening, roomId };
  const place = toPlace(random, room, size);
  const book = await readPhraseBook(room.book);
  const talks = planTalks(random, place, book, span, countMessages(room, book, size));
  const said: Said[] = [];
  for (const [index, talk] of talks.entries()) {
    said.push(...(await holdTalk(open, talk)));
    const isNewsTold = random.next() < 0.05 && talk.away.length === 0;
    if (isNewsTold) await forwardNews(open, news);
    // Nobody looks at each message as it comes; of the last ones, it is to be seen who has.
    const isRead = index >= talks.length - mostBehind - 1 || random.next() < 0.4;
    if (isRead) await readUpTo(open, said.at(-1)?.sequence ?? 0, talk.away);
  }
  return { key: room.key, id: roomId, isGroup, userIds, said };
}

function countMessages(room: DemoGroup | DemoPair, book: readonly Conversation[], { most, rounds }: DemoSize): number {
  const kind = isGroupOf(room) ? "group" : "pair";
  return Math.min(most[kind], Math.round(rounds[kind] * countLines(book)));
}

export function isGroupOf(room: DemoGroup | DemoPair): room is DemoGroup {
  return "type" in room;
}

function toPlace(random: DemoRandom, room: DemoGroup | DemoPair, { people }: DemoSize): TalkPlace {
  const names = new Map(people.filter(({ id }) => room.members.includes(id)).map(({ id, name }) => [id, name]));
  return { book: room.book, names, behind: chooseBehind(random, room), isPair: !isGroupOf(room) };
}

// Everybody finds something new, and nobody everything.
function chooseBehind(random: DemoRandom, room: DemoGroup | DemoPair): Map<string, number> {
  if (!isGroupOf(room)) return new Map(random.next() < 0.35 ? [[random.pick(room.members), 1]] : []);
  const behind = room.members.filter(() => random.next() < 0.4);
  return new Map(behind.map((userId) => [userId, random.between(1, mostBehind)]));
}

async function forwardNews({ services, clock, random, roomId, userIds }: Stage, news: readonly Said[]): Promise<void> {
  const known = news.filter(({ at }) => at < clock.now());
  if (known.length === 0) return;
  const forwarded = { message_id: random.pick(known).id, target_room_ids: [roomId] };
  await act(services, random.pick(userIds), "messages.forward", forwarded);
}
