/** A program of its own: all clients of a run. Takes one order at a time over its IPC channel and answers it. */
import { Crowd } from "./crowd.ts";
import type { CrowdAnswer, CrowdOrder, CrowdOrders } from "./crowd-orders.ts";
import { verifyCrowd } from "./verify-crowd.ts";

let crowd: Crowd | undefined;

process.on("message", async (order: CrowdOrder) => {
  const answer: CrowdAnswer = await carryOut(order).then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(answer);
});

// Whoever gives the orders is all that keeps this program going.
process.channel?.ref();
process.once("SIGTERM", () => process.exit(0));

async function carryOut({ name, input }: CrowdOrder): Promise<CrowdOrders[CrowdOrder["name"]]["output"]> {
  if (name === "open") {
    crowd = await Crowd.open(input);
    return { rooms: crowd.rooms.length };
  }
  if (!crowd) throw new Error("there are no clients");
  if (name === "send") crowd.beginSending();
  else if (name === "heal") return crowd.heal(input.withinMs);
  else if (name === "verify") return verifyCrowd(crowd, input.urls);
  else if (name === "count") return crowd.count();
  else await crowd.close();
  return null;
}
