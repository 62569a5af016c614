/** The program of a node: a server that is told its settings by the cluster that started it, and ends with it. */
import { start } from "../cli/start.ts";
import { createLog } from "../log.ts";
import { nameLog } from "./name-log.ts";
import type { NodeOrder, NodeReport } from "./node-messages.ts";

process.once("message", (order: NodeOrder) => void serve(order));
// The cluster is gone without having stopped its nodes.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));

async function serve({ name, config }: NodeOrder): Promise<void> {
  const log = nameLog(createLog(config.logLevel), name);
  try {
    const { port } = await start(config, log);
    const report: NodeReport = { port };
    process.send?.(report);
  } catch (error) {
    log.error({ err: error }, "could not start");
    process.exit(1);
  }
}
