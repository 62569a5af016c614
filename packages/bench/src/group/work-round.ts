/** One round of what is done to a large group, each thing timed at the socket or connection that asks for it. */
import type { Output } from "@pipit/protocol/operations";
import type { LightSocket } from "../wire/light-socket.ts";
import type { RestClient } from "../wire/rest-client.ts";
import { ask, type Crowd } from "./crowd.ts";
import type { Stopwatch } from "./stopwatch.ts";

export type Work = {
  roomId: string;
  /** The owner's, who does everything. */
  acting: LightSocket;
  rest: RestClient;
  crowd: Crowd;
  /** Who are added and removed again. */
  guests: readonly string[];
  /** How many renames and mentions a round has. */
  each: number;
  /** Recipients on a page of a message's info. */
  pageSize: number;
  /** How many members there are with the guests, and how many of them read the mentions. */
  members: number;
  readers: number;
};

/** One thing after the other, each as soon as the one before it is answered. @returns what was wrong with the answers */
export async function workRound(work: Work, round: number, watch: Stopwatch): Promise<string[]> {
  const { roomId: room_id, acting, rest, crowd, guests, each } = work;
  const numbers = Array.from({ length: each }, (_, number) => number);
  await watch.forEach("rename", numbers, (number) => {
    return watch.time("rename", () => ask(acting, "group:update", { room_id, name: `Group ${round}.${number}` }));
  });
  await watch.forEach("add", guests, (user_id) => {
    return watch.time("add", () => ask(acting, "group:join", { room_id, user_id }));
  });
  const mentions = await watch.forEach("mention", numbers, () => {
    return watch.time("mention", () => ask<Output<"messages.send">>(acting, "message:send", toMention(room_id)));
  });
  await crowd.askAll(["member", "guest"], "message:seen", { message_id: mentions.at(-1)?.id });
  const infos = await watch.forEach("info", mentions, ({ id }) => readInfo(work, id, watch));
  await watch.forEach("remove", guests, (userId) => {
    return watch.time("remove", () => rest.call("DELETE", `/rooms/${room_id}/members/${userId}`));
  });
  return infos.flatMap((pages) => checkInfo(pages, work));
}

function toMention(roomId: string): object {
  const content = "@all Shall we meet at the station at half past six, or would you rather walk there?";
  return { room_id: roomId, content, client_message_id: crypto.randomUUID() };
}

type Info = Output<"messages.info">;

async function readInfo({ acting, pageSize }: Work, message_id: string, watch: Stopwatch): Promise<Info[]> {
  const read = (cursor?: string) => ask<Info>(acting, "message:info", { message_id, limit: pageSize, cursor });
  const pages = [await watch.time("info", () => read())];
  for (let last = pages.at(-1); last?.has_more; last = pages.at(-1)) {
    const { next_cursor } = last;
    if (next_cursor === null) throw new Error("a page of info has more, and does not say where");
    pages.push(await watch.time("info_next", () => read(next_cursor)));
  }
  return pages;
}

/** Every recipient is in it once, and those who read it as such. */
function checkInfo(pages: readonly Info[], { members, readers, pageSize }: Work): string[] {
  const total = pages[0]?.total_recipients;
  const seen = new Set(pages.flatMap(({ seen_by }) => seen_by.map(({ user_id }) => user_id)));
  const rows = pages.reduce((sum, { seen_by }) => sum + seen_by.length, 0);
  const wantedPages = Math.ceil((members - 1) / pageSize);
  return [
    ...(total === members - 1 ? [] : [`a mention's info counted ${total} recipients, not ${members - 1}`]),
    ...(pages.length === wantedPages ? [] : [`a mention's info had ${pages.length} pages, not ${wantedPages}`]),
    ...(seen.size === readers && rows === readers
      ? []
      : [`a mention's info named ${seen.size} readers in ${rows} rows, not ${readers}`]),
  ];
}
