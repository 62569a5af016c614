/** What a user asks of a long room and of a long list of rooms, each checked for being right. */
import type { Random } from "../random.ts";
import type { LightSocket } from "../wire/light-socket.ts";
import { type RestClient, toEnvelope } from "../wire/rest-client.ts";

/** In the order of a round. */
export const kinds = ["newest", "deep", "unread", "list"] as const;
export type Kind = (typeof kinds)[number];

const pageSize = 50;
/** The most that a list of rooms gives at once. */
const listSize = 100;

export type Reader = {
  /** Of a member of the long room. */
  socket: LightSocket;
  roomId: string;
  messages: number;
  unread: number;
  /** Of a user with many rooms, and how many these are. */
  lister: RestClient;
  rooms: number;
};

/** One request; gives its milliseconds. @throws {Error} when the answer is not what was to come */
export function ask(reader: Reader, kind: Kind, random: Random): Promise<number> {
  return tasks[kind](reader, random);
}

type Task = (reader: Reader, random: Random) => Promise<number>;

const tasks: Record<Kind, Task> = {
  newest: (reader) => askPage(reader, undefined),
  deep: (reader, random) => askPage(reader, random.between(Math.min(pageSize + 1, reader.messages), reader.messages)),
  async unread({ socket, roomId, unread }) {
    const { data, ms } = await time(() => socket.request("unread:get", { room_id: roomId }));
    const { total_unread: found } = data as { total_unread: number };
    require(found === unread, `${unread} are unread, not ${found}`);
    return ms;
  },
  async list({ lister, rooms }) {
    const startedAt = performance.now();
    const answer = await lister.call("GET", `/rooms?limit=${listSize}`);
    const ms = performance.now() - startedAt;
    const ids = new Set((answer as { id: string }[]).map(({ id }) => id));
    require(ids.size === Math.min(listSize, rooms), `a page of the list had ${ids.size} rooms`);
    return ms;
  },
};

async function askPage({ socket, roomId, messages }: Reader, before: number | undefined): Promise<number> {
  const input = { room_id: roomId, limit: pageSize, ...(before === undefined ? {} : { before }) };
  const { data, ms } = await time(() => socket.request("message:history", input));
  const sequences = (data as { sequence_number: number }[]).map((message) => message.sequence_number);
  const last = (before ?? messages + 1) - 1;
  const first = Math.max(1, last - pageSize + 1);
  const isRight = sequences.length === last - first + 1 && sequences.every((one, index) => one === first + index);
  require(isRight, `a page up to ${last} had ${sequences.length} messages from ${sequences[0]}`);
  return ms;
}

async function time(work: () => Promise<unknown>): Promise<{ data: unknown; ms: number }> {
  const startedAt = performance.now();
  const answer = toEnvelope(await work());
  const ms = performance.now() - startedAt;
  if (!answer.success) throw new Error(`a page was refused: ${answer.code}`);
  return { data: answer.data, ms };
}

function require(isRight: boolean, otherwise: string): void {
  if (!isRight) throw new Error(otherwise);
}
