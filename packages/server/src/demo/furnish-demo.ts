/** Furnishes a database for a demo, once: people, rooms, and weeks of talk, through the product's own operations. */
import type { Clock } from "../clock.ts";
import type { Services } from "../context.ts";
import type { OpenDatabase } from "../db/open-database.ts";
import { createAppender } from "../features/messages/append-messages.ts";
import { createWatermarkAdvancer } from "../features/receipts/advance-watermarks.ts";
import type { Log } from "../log.ts";
import { act } from "./act.ts";
import { attach } from "./attach.ts";
import { createDemoClock, type DemoClock } from "./demo-clock.ts";
import { latestLines } from "./demo-latest.ts";
import { markBegun, markFurnished, readMark, wipe } from "./demo-mark.ts";
import { createDemoRandom } from "./demo-random.ts";
import type { DemoGroup, DemoPair } from "./demo-rooms.ts";
import { type DemoSize, fullSize } from "./demo-size.ts";
import { furnishAccounts } from "./furnish-accounts.ts";
import { furnishPeople } from "./furnish-people.ts";
import { type FurnishedRoom, furnishRoom, isGroupOf } from "./furnish-room.ts";
import type { Said } from "./hold-talk.ts";
import { createSceneBook, type SceneBook } from "./scene-book.ts";

export type DemoParts = {
  /** The parts of a server of their own that go by a clock; nobody hears of what they do. */
  createServices(clock: Clock): Services;
  database: Pick<OpenDatabase, "db" | "pool">;
  clock: Clock;
  log: Log;
  size?: DemoSize | undefined;
};

/** The services with the clock that they go by. */
type Works = { services: Services; clock: DemoClock; draw: SceneBook; now: Date; size: DemoSize; parts: DemoParts };

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Rooms at a time: what one of them waits for, the others use. */
const lanes = 8;

/**
 * A start that was cut off in the middle is begun anew; after one that was not, nothing is furnished again.
 * @throws {Error} when the database holds anything that no demo has made
 */
export async function furnishDemo(parts: DemoParts): Promise<void> {
  const { size = fullSize } = parts;
  const now = parts.clock.now();
  const clock = createDemoClock(new Date(now.getTime() - (size.days + 1) * dayMs));
  const services = parts.createServices(clock);
  try {
    await furnishOnce({ services, clock, draw: createSceneBook(), now, size, parts });
  } finally {
    await closeServices(services);
  }
}

async function furnishOnce(works: Works): Promise<void> {
  const { services, parts } = works;
  const mark = await readMark(services.db);
  if (mark === "furnished") return;
  if (mark === "foreign") throw new Error("A demo needs a database of its own, and this one has other people in it.");
  parts.log.info({}, "the demo is being furnished, which takes some seconds");
  const startedAt = performance.now();
  await markBegun(services.db);
  if (mark === "begun") await wipe(services.db);
  await furnish(works);
  await markFurnished(services.db);
  parts.log.info({ seconds: Math.round((performance.now() - startedAt) / 1000) }, "the demo is furnished");
}

async function furnish(works: Works): Promise<void> {
  const { services, clock, now, size } = works;
  await furnishPeople(services, size.people, now);
  // The channel first: others forward what is said in it.
  const rooms = orderRooms(size);
  const channels = rooms.filter(({ room }) => isGroupOf(room) && room.type === "channel");
  const others = rooms.filter((entry) => !channels.includes(entry));
  const first = await furnishRooms(works, channels, []);
  const furnished = await furnishRooms(
    works,
    others,
    first.flatMap((room) => room.said),
  );
  const all = [...first, ...furnished];
  await sayLatest(works, all);
  clock.moveTo(new Date(now.getTime() - minuteMs));
  await furnishAccounts(services, size.people, inOrder(all));
}

type Entry = { room: DemoGroup | DemoPair; minutesAgo: number };

// Some rooms are in the middle of a talk, others have been silent for days.
function orderRooms({ groups, pairs }: DemoSize): Entry[] {
  const open = new Set(latestLines.map((line) => line.room));
  return createDemoRandom("rooms")
    .shuffle<DemoGroup | DemoPair>([...groups, ...pairs])
    .map((room, index) => {
      const minutesAgo = 3 + Math.round(index ** 2.35);
      return { room, minutesAgo: open.has(room.key) ? Math.max(20, Math.min(90, minutesAgo)) : minutesAgo };
    });
}

async function furnishRooms(works: Works, entries: readonly Entry[], news: readonly Said[]): Promise<FurnishedRoom[]> {
  const { now, size, parts } = works;
  const waiting = [...entries];
  const furnished: FurnishedRoom[] = [];
  const from = new Date(now.getTime() - size.days * dayMs);
  from.setHours(0, 0, 0, 0);
  const work = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      const span = { from, until: toWakingHour(now, new Date(now.getTime() - entry.minutesAgo * minuteMs)) };
      furnished.push(await furnishRoom(openStage(works, from), { room: entry.room, size, span, news }));
      if (furnished.length % 10 === 0) {
        parts.log.info({ rooms: furnished.length, of: entries.length }, "the demo is being furnished");
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return furnished;
}

// Who looks at the demo at night finds some who are awake; but nobody was last night.
function toWakingHour(now: Date, time: Date): Date {
  const evening = new Date(time);
  if (time.getHours() < 7) evening.setDate(evening.getDate() - 1);
  evening.setHours(21);
  const isLongAgo = now.getTime() - time.getTime() > 90 * minuteMs;
  return isLongAgo && (time.getHours() < 7 || time.getHours() > 21) ? evening : time;
}

/** What goes by a clock in the parts of a server, by one of a room's own. */
function openStage({ services, parts, draw }: Works, from: Date) {
  const clock = createDemoClock(from);
  // Of several connections: what is written here is of one room, and holds up no other.
  const { pool } = parts.database;
  const appender = createAppender(pool, clock, () => {});
  return {
    clock,
    draw,
    services: { ...services, clock, appender, watermarks: createWatermarkAdvancer(pool, clock) },
  };
}

async function sayLatest(works: Works, rooms: readonly FurnishedRoom[]): Promise<void> {
  for (const { room: key, speaker, text, minutesAgo, attachment, reactions = [] } of latestLines) {
    const room = rooms.find((entry) => entry.key === key);
    if (!room) continue;
    const at = new Date(works.now.getTime() - minutesAgo * minuteMs);
    const stage = openStage(works, at);
    const desk = { ...stage, random: createDemoRandom(`latest ${key} ${minutesAgo}`) };
    const message = await act(stage.services, speaker, "messages.send", {
      room_id: room.id,
      ...(text === "" ? {} : { content: text }),
      ...(attachment ? await attach(desk, speaker, attachment) : {}),
    });
    for (const { emoji, userId } of reactions) {
      await act(stage.services, userId, "messages.react", { message_id: message.id, emoji });
    }
    room.said.push({ id: message.id, at, sequence: message.sequence_number });
  }
}

function inOrder(rooms: readonly FurnishedRoom[]): FurnishedRoom[] {
  const lastOf = ({ said }: FurnishedRoom): number => said.at(-1)?.at.getTime() ?? 0;
  return [...rooms].sort((a, b) => lastOf(b) - lastOf(a));
}

async function closeServices(services: Services): Promise<void> {
  await services.push.signals.close();
  await services.push.sender.close();
  await services.devices.activity.close();
  await services.media.processor.close();
  await services.presenceParts.close();
}
