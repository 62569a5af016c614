/** Fuzzes the long-polling transport: sessions that are opened, spoken to in odd ways, and left. */
import { createRandom, type Random } from "../random.ts";
import { HttpLine } from "./http-line.ts";
import { makeDeadly, makeHarmless } from "./make-frames.ts";
import type { HttpAnswer } from "./parse-answer.ts";
import type { Tally } from "./tally.ts";
import type { World } from "./world.ts";

const lines = 4;
const path = "/socket.io/?EIO=4&transport=polling";
const separator = "\x1e";
const packetsPerBody = 8;
const headerOfFrame = /^.{2,14}?(?=4)/s;

export type PollingOptions = { url: string; world: World; seed: number; count: number };

/** Makes `count` requests. */
export async function runPolling(options: PollingOptions, tally: Tally): Promise<void> {
  const until = tally.sent + options.count;
  await Promise.all(
    Array.from({ length: Math.min(lines, options.count) }, async (_, index) => {
      const random = createRandom(options.seed + 2 + index * 15_485_863);
      while (tally.sent < until) await runSession(options, random, tally);
    }),
  );
}

async function runSession({ url, world }: PollingOptions, random: Random, tally: Tally): Promise<void> {
  const caller = world.pickCaller(random);
  const ask = (method: string, query: string, body?: Buffer) => send(url, method, query, body, tally);
  const opened = await ask("GET", path);
  const sid = /"sid":"([\w-]+)"/.exec(opened?.body.toString() ?? "")?.[1] ?? "none";
  const session = `${path}&sid=${sid}`;
  await ask("POST", session, Buffer.from(`40${JSON.stringify({ token: caller.token })}`));
  await ask("GET", session);
  for (let turn = 0; turn < 2; turn += 1) {
    const packets = Array.from({ length: packetsPerBody }, (_, index) =>
      toPacket(makeHarmless(random, caller, 2_000 + index).frames[0]),
    );
    await ask(
      "POST",
      session,
      Buffer.concat(packets.flatMap((packet, index) => (index > 0 ? [Buffer.from(separator), packet] : [packet]))),
    );
    await ask("GET", session);
  }
  const odd = toPacket(makeDeadly(random, caller, 3_000).frames[0]);
  await ask(
    "POST",
    session,
    random.next() < 0.3 ? Buffer.from(random.pick(["", "b!!!!", separator, "4", "41", "1", "\0", "bAAAA", "2"])) : odd,
  );
  if (random.next() < 0.2) await Promise.all([ask("GET", session), ask("GET", session)]);
  await ask(
    random.pick(["GET", "POST", "PUT", "OPTIONS"]),
    `${session}${random.pick(["", "&transport=websocket", "&EIO=3", "&sid=x", "&t=%zz"])}`,
  );
  // A session that is left without a word lives until its ping goes unanswered.
  await ask("POST", session, Buffer.from("1"));
}

/** What a frame says: a polling transport carries the packet without its WebSocket header. */
function toPacket(frame: Buffer | undefined): Buffer {
  const text = frame?.toString("latin1") ?? "";
  return Buffer.from(text.replace(headerOfFrame, ""), "latin1");
}

async function send(
  url: string,
  method: string,
  target: string,
  body: Buffer | undefined,
  tally: Tally,
): Promise<HttpAnswer | undefined> {
  tally.count("polling");
  const line = new HttpLine(url);
  const length = body === undefined ? "" : `content-type: text/plain\r\ncontent-length: ${body.length}\r\n`;
  const parts = [
    Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: localhost\r\n${length}\r\n`),
    body ?? Buffer.alloc(0),
  ];
  const answer = await line.tell(parts);
  if (typeof answer === "string") {
    tally.note(`polling ${answer}`);
    return undefined;
  }
  tally.note(`polling ${answer.status}`);
  if (answer.status >= 500) {
    const complaint = `status ${answer.status} of the polling transport: ${answer.body.toString().slice(0, 200)}`;
    tally.complain({ complaint, kind: "polling", sent: [Buffer.concat(parts).toString("base64")] });
  }
  return answer;
}
