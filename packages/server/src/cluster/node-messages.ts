/** What a cluster and its nodes say to each other. */
import type { Config } from "../config.ts";

/** The first word to a node. Its secrets are not to be found among what everybody may read of a process. */
export type NodeOrder = { name: string; config: Config };

/** A node's answer once it listens. */
export type NodeReport = { port: number };
