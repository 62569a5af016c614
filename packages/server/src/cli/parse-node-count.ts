/** Reads the number of nodes of a cluster from the command line. */
import { InvalidArgumentError } from "commander";

// The embedded PostgreSQL takes a hundred connections, and each node needs five.
const most = 16;

/** @throws {InvalidArgumentError} */
export function parseNodeCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
  throw new InvalidArgumentError(`It takes a number of nodes, from 1 to ${most}.`);
}
