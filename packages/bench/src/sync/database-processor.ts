/** How much of the processor a server's PostgreSQL uses: all its processes together. */
import { readFile } from "node:fs/promises";
import { findPostmaster } from "../processes/postmaster.ts";
import { readProcessorSeconds, readWithEndedChildren } from "../processes/processor-time.ts";

/** Seconds up to now, or undefined where the system does not tell; those of connections that have ended are in it. */
export async function readDatabaseProcessorSeconds(dataDir: string): Promise<number | undefined> {
  const postmaster = await findPostmaster(dataDir);
  if (process.platform !== "linux" || !postmaster) return undefined;
  const { pid } = postmaster;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
  const each = await Promise.all(children.map((one) => readProcessorSeconds(one).catch(() => 0)));
  return [await readWithEndedChildren(pid), ...each].reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);
}
