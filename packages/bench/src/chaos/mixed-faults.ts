/** All sorts of faults, in an order that the seed decides. */
import type { Fault } from "./fault.ts";
import { partition } from "./partition.ts";
import { killNode, killPostgres, restartPostgres, restartRedis, stopNode, takeRedisAway } from "./process-faults.ts";

const faults = [killNode, stopNode, restartRedis, takeRedisAway, restartPostgres, killPostgres, partition];

export const strikeAnyhow: Fault = (context) => context.random.pick(faults)(context);
