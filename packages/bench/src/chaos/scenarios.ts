/** The scenarios of `npm run chaos`, by name. */
import { jumpClock, prepareClocks } from "./clock-jump.ts";
import { fillDisk, prepareSmallDisk } from "./full-disk.ts";
import { strikeAnyhow } from "./mixed-faults.ts";
import { partition } from "./partition.ts";
import {
  killNode,
  killPostgres,
  restartAllNodes,
  restartPostgres,
  restartRedis,
  stopNode,
  takeRedisAway,
} from "./process-faults.ts";
import type { ChaosScenario } from "./run-chaos.ts";
import { stallConsumers } from "./slow-consumers.ts";
import { stormUploads } from "./upload-storm.ts";

export const chaosScenarios: Record<string, ChaosScenario> = {
  "node-kill": { about: "a node is killed, and started again 5 s later", fault: killNode },
  "node-stop": { about: "a node is stopped for 5 to 20 s, and goes on", fault: stopNode },
  "redis-restart": { about: "Redis is restarted, and has forgotten all", fault: restartRedis },
  "redis-outage": { about: "Redis is away for 20 s", fault: takeRedisAway },
  "postgres-restart": { about: "PostgreSQL is shut down in order and started", fault: restartPostgres },
  "postgres-kill": { about: "PostgreSQL is killed and recovers", fault: killPostgres },
  partition: {
    about: "a link of a node, to Redis, PostgreSQL or its clients, holds bytes one way or both, or is cut",
    fault: partition,
    hasLinks: true,
  },
  "clock-jump": {
    about: "a node's clock jumps by up to half an hour, and back (needs libfaketime)",
    fault: jumpClock,
    prepare: prepareClocks,
  },
  "full-disk": {
    about: "the disk of PostgreSQL is full for 15 s (needs root, on Linux)",
    fault: fillDisk,
    prepare: prepareSmallDisk,
  },
  "slow-consumers": {
    about: "a hundred sockets stop reading while their room gets a thousand messages a second",
    fault: stallConsumers,
  },
  "upload-storm": { about: "many uploads at once, some broken off", fault: stormUploads },
  "rolling-restart": { about: "the nodes drain and are started again, one after the other", fault: restartAllNodes },
  mixed: {
    about: "kills, stops, restarts, outages and partitions, as chance has it",
    fault: strikeAnyhow,
    hasLinks: true,
  },
};
