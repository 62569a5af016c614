/** The `history` scenario: what long rooms and many rooms cost, against short ones and few, in turn. */
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Round } from "../load/orders.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import type { LoadGenerator } from "../processes/load-generator.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Scope } from "../processes/scope.ts";
import type { Site } from "../processes/start-stage.ts";
import { measureUsage, ofDatabase, ofProcess, type Usage } from "../processes/usage.ts";
import { createRandom, type Random } from "../random.ts";
import type { Progress } from "../scenario.ts";
import { Samples } from "../statistics.ts";
import { ask, type Kind, kinds } from "./ask-pages.ts";
import { type FilledSite, fillSite, type SiteSize, type Size, sizes } from "./fill-sites.ts";

/** Of each kind, not counted: plans are made and code is compiled in them. */
const warmUps = 20;
const sendWarmupSeconds = 1;

export type HistoryOptions = {
  seed: number;
  sizes: Record<Size, SiteSize>;
  /** Requests of each kind to each server. */
  repeats: number;
  /** Seconds of sending to each, in so many rounds. */
  sendSeconds: number;
  rounds: number;
};

export type Sent = { round: Round; usage: Usage };

export type HistoryFindings = {
  options: HistoryOptions;
  pages: Record<Size, Record<Kind, Samples>>;
  asking: Usage;
  sent: Record<Size, Sent[]>;
  fillSeconds: Record<Size, number>;
  machine: Machine;
  versions: Versions;
};

type Sites = Record<Size, FilledSite>;

/**
 * Leaves the sockets connected.
 * @param given a server for each size, which may be the same
 */
export async function runHistory(
  scope: Scope,
  given: Record<Size, Site>,
  generator: LoadGenerator,
  options: HistoryOptions,
  progress: Progress,
): Promise<HistoryFindings> {
  const fill = (size: Size): Promise<FilledSite> => {
    const { messages, rooms } = options.sizes[size];
    progress(`making a room of ${messages} messages, and ${rooms} rooms`);
    return fillSite(scope, given[size], size, options.sizes[size]);
  };
  const sites: Sites = { small: await fill("small"), large: await fill("large") };
  const random = createRandom(options.seed);
  progress(`${options.repeats} of each: ${kinds.join(", ")}`);
  const parts = {
    "small server": ofProcess(sites.small.server),
    "small database": ofDatabase(sites.small.dataDir),
    "large server": ofProcess(sites.large.server),
    "large database": ofDatabase(sites.large.dataDir),
  };
  const { value: pages, usage: asking } = await measureUsage(parts, () => askAll(sites, options.repeats, random));
  const sent = await sendInTurn(generator, sites, options, random, progress);
  const versions = await readVersions(sites.small.dataDir);
  const fillSeconds = { small: sites.small.fillSeconds, large: sites.large.fillSeconds };
  return { options, pages, asking, sent, fillSeconds, machine: describeMachine(), versions };
}

async function askAll(sites: Sites, repeats: number, random: Random): Promise<HistoryFindings["pages"]> {
  const create = (): Record<Kind, Samples> => ({
    newest: new Samples(),
    deep: new Samples(),
    unread: new Samples(),
    list: new Samples(),
  });
  const pages = { small: create(), large: create() };
  for (let round = -warmUps; round < repeats; round += 1) {
    for (const kind of kinds) {
      for (const size of random.next() < 0.5 ? sizes : sizes.toReversed()) {
        const ms = await ask(sites[size].reader, kind, random);
        if (round >= 0) pages[size][kind].add(ms);
      }
    }
  }
  return pages;
}

async function sendInTurn(
  generator: LoadGenerator,
  sites: Sites,
  options: HistoryOptions,
  random: Random,
  progress: Progress,
): Promise<HistoryFindings["sent"]> {
  for (const size of sizes) {
    const { server, seats } = sites[size];
    await generator.order("seat", { target: size, url: server.url, secret: jwtSecret, seats });
  }
  const sent: HistoryFindings["sent"] = { small: [], large: [] };
  for (const size of sizes) await load(generator, sites[size], size, random, 0);
  for (let number = 1; number <= options.rounds; number += 1) {
    for (const size of sizes) {
      const found = await load(generator, sites[size], size, random, options.sendSeconds / options.rounds);
      sent[size].push(found);
      progress(`sending, round ${number}, ${size}: ${Math.round(found.round.ackedPerSecond)} a second`);
    }
  }
  return sent;
}

async function load(
  generator: LoadGenerator,
  { server, dataDir }: FilledSite,
  target: Size,
  random: Random,
  seconds: number,
): Promise<Sent> {
  const parts = { server: ofProcess(server), database: ofDatabase(dataDir), generator: ofProcess(generator) };
  const times = { warmupSeconds: sendWarmupSeconds, seconds, inFlight: 1, isRecorded: true };
  const order = { target, idPrefix: makeIdPrefix(random), ...times };
  const { value: round, usage } = await measureUsage(parts, () => generator.order("saturate", order));
  return { round, usage };
}
