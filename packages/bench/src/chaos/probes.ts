/** Finds out whether everybody hears what is said now: a message to each room, which must reach each member's socket. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { CrowdRoom } from "./crowd.ts";
import type { Healing } from "./crowd-orders.ts";
import { type LightClient, probePrefix } from "./light-client.ts";

/** A probe that was not heard by then is followed by another: the cluster may still be healing. */
const anewMs = 5_000;
const pollMs = 20;
const maxNamed = 5;

type Probe = { room: CrowdRoom; sender: LightClient; sendId: string };

/** Sends probes until all are heard, or `deadline` (by performance.now()) has come. */
export async function sendProbes(
  rooms: readonly CrowdRoom[],
  random: Random,
  deadline: number,
): Promise<Omit<Healing, "settledMs">> {
  const startedAt = performance.now();
  let repeatedProbes = 0;
  let open = rooms.map((room) => sendProbe(room, random));
  for (;;) {
    const until = Math.min(deadline, performance.now() + anewMs);
    while (open.length > 0 && performance.now() < until) {
      await sleep(pollMs);
      open = open.filter((probe) => findDeaf(probe).length > 0);
    }
    if (open.length === 0 || performance.now() >= deadline) break;
    repeatedProbes += open.length;
    open = open.map(({ room }) => sendProbe(room, random));
  }
  return {
    stuck: open.map(describe),
    probedMs: open.length === 0 ? performance.now() - startedAt : null,
    probes: rooms.length,
    repeatedProbes,
  };
}

function sendProbe(room: CrowdRoom, random: Random): Probe {
  const sender = random.pick(room.members);
  const outgoing = sender.send(room.id, `${probePrefix}of ${room.id}`);
  return { room, sender, sendId: outgoing?.clientMessageId ?? "" };
}

function findDeaf({ room, sender, sendId }: Probe): LightClient[] {
  return room.members.filter((member) => member !== sender && !member.heardProbes.has(sendId));
}

function describe(probe: Probe): string {
  const deaf = findDeaf(probe);
  const named = deaf.slice(0, maxNamed).map(({ userId, link }) => `${userId} (node ${link.node})`);
  return `probe ${probe.sendId} to ${probe.room.id} from node ${probe.sender.link.node} was not heard by ${deaf.length} of ${probe.room.members.length}: ${named.join(", ")}`;
}
