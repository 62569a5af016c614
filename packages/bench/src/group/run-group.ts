/** The `group` scenario: a large group, in which many are online, is renamed, grows, is called, looked at, and shrinks. */
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { findFreePort } from "../processes/free-port.ts";
import { jwtSecret, startPipit } from "../processes/pipit-server.ts";
import { readDatabaseUrl } from "../processes/postmaster.ts";
import { readProcessorSeconds } from "../processes/processor-time.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import type { Progress } from "../scenario.ts";
import { readDatabaseProcessorSeconds } from "../sync/database-processor.ts";
import { signToken } from "../token.ts";
import { RestClient } from "../wire/rest-client.ts";
import type { Heard } from "./check-heard.ts";
import { Crowd } from "./crowd.ts";
import { FactBook } from "./facts.ts";
import { makeUsers } from "./make-users.ts";
import { type Done, Stopwatch, type Used, type UsedFor } from "./stopwatch.ts";
import { type Work, workRound } from "./work-round.ts";

const ownerId = "owner";
/** What might be told late has so long to be heard before the end. */
const lingerMs = 250;

export type GroupOptions = {
  /** With the owner and the guests. */
  members: number;
  /** Who come and go in each round. */
  guests: number;
  /** How many members who stay are connected, the owner among them; how many guests; how many outsiders. */
  online: { members: number; guests: number; outsiders: number };
  rounds: number;
  /** Rounds before, which are checked and not timed: plans are made and code is compiled in them. */
  warmUps: number;
  /** Renames, and mentions of all, in a round. */
  each: number;
  /** Recipients on a page of info. */
  pageSize: number;
};

export type Findings = {
  options: GroupOptions;
  /** In order, without warm-ups; those began at `timedFrom`. */
  done: Done[];
  timedFrom: number;
  /** By round and kind; empty where the system does not tell. */
  used: UsedFor[];
  /** Answers that were wrong, one sentence each. */
  complaints: string[];
  heard: Heard[];
  /** Connections that ended. */
  lost: number;
  /** The machine's, over the last minute: before the rounds and after them. */
  load: { before: number; after: number };
  machine: Machine;
  versions: Versions;
};

/** Starts everything that it needs; the scope ends it. */
export async function runGroup(scope: Scope, options: GroupOptions, progress: Progress): Promise<Findings> {
  const { online, guests, members } = options;
  if (online.members + guests > members || online.guests > guests) throw new Error("more online than there are");
  const dataDir = join(await makeTempFolder(scope), "data");
  const server = await startPipit(scope, { port: await findFreePort(), dataDir });
  const staying = [ownerId, ...name("member", members - guests - 1)];
  const users = { staying, guests: name("guest", guests), outsiders: name("outsider", online.outsiders) };
  progress(`making ${members} users and the group`);
  await makeUsers(await readDatabaseUrl(dataDir), [...users.staying, ...users.guests, ...users.outsiders]);
  const rest = new RestClient(server.url, signToken(jwtSecret, { userId: ownerId }));
  const room = { type: "group", name: "Group", member_ids: users.staying.slice(1) };
  const { id: roomId } = (await rest.call("POST", "/rooms", room)) as { id: string };
  progress("connecting");
  const crowd = new Crowd(server.url);
  scope.defer(() => crowd.close());
  const acting = await connectAll(crowd, users, online);
  const readers = online.members - 1 + online.guests;
  const { each, pageSize } = options;
  const work: Work = { roomId, acting, rest, crowd, guests: users.guests, each, pageSize, members, readers };
  const worked = await workRounds(work, options, progress, async () => ({
    server: await readProcessorSeconds(server.pid),
    database: await readDatabaseProcessorSeconds(dataDir),
  }));
  const { lost } = crowd;
  crowd.close();
  await server.stop();
  return {
    options,
    ...worked,
    heard: crowd.heard(),
    lost,
    machine: describeMachine(),
    versions: await readVersions(dataDir),
  };
}

type Users = { staying: string[]; guests: string[]; outsiders: string[] };

/** @returns the socket that everything is done over */
async function connectAll(crowd: Crowd, users: Users, online: GroupOptions["online"]) {
  const [acting] = await crowd.connect("acting", [ownerId]);
  if (!acting) throw new Error("the owner is not connected");
  await crowd.connect("sender", [ownerId]);
  await crowd.connect("member", users.staying.slice(1, online.members));
  await crowd.connect("guest", users.guests.slice(0, online.guests));
  await crowd.connect("outsider", users.outsiders);
  return acting;
}

async function workRounds(
  work: Work,
  { rounds, warmUps }: GroupOptions,
  progress: Progress,
  readUsed: () => Promise<Used>,
): Promise<Pick<Findings, "done" | "timedFrom" | "used" | "complaints" | "load">> {
  const book = new FactBook(work.roomId);
  let watch = new Stopwatch(readUsed);
  const complaints: string[] = [];
  const before = loadavg()[0] ?? 0;
  let timedFrom = 0;
  for (let round = -warmUps; round < rounds; round += 1) {
    progress(round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`);
    if (round === 0) {
      watch = new Stopwatch(readUsed);
      timedFrom = performance.now();
    }
    complaints.push(...(await workRound(work, round, watch)));
    if (round === rounds - 1) await sleep(lingerMs);
    await work.crowd.catchUp();
    work.crowd.digest(book);
  }
  const { done, used } = watch;
  return { done, timedFrom, used, complaints, load: { before, after: loadavg()[0] ?? 0 } };
}

function name(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${what}-${index}`);
}
