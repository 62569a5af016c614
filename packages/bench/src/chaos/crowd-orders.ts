/** What the process with all clients is told to do, and what it answers. */
import type { Recovery } from "./light-link.ts";
import type { SendCounts } from "./send-history.ts";

export type CrowdOptions = {
  /** The nodes' addresses, as the clients reach them. */
  urls: string[];
  /** Begins the ids of the users. */
  prefix: string;
  clients: number;
  /** Messages a second, over all clients. */
  perSecond: number;
  seed: number;
};

export type Healing = {
  /** Clients that were not back, or sends that were not acknowledged, or probes that were not heard, in time. */
  stuck: string[];
  /** How long it took until all clients were back with nothing unanswered, and until every probe was heard. */
  settledMs: number | null;
  probedMs: number | null;
  /** Rooms in which a probe was sent, and how often one had to be sent anew. */
  probes: number;
  repeatedProbes: number;
};

export type Verdict = { problems: string[]; rooms: number; messages: number; devices: number };

export type CrowdCounts = SendCounts & {
  recoveries: Recovery[];
  /** Refusals that no fault explains. */
  problems: string[];
  /** How busy the process was since it began to send, 0 to 1, and what it holds in memory. */
  load: number;
  residentBytes: number;
};

export type CrowdOrders = {
  /** Connects all clients and makes their rooms. */
  open: { input: CrowdOptions; output: { rooms: number } };
  /** Begins to send; goes on until `heal`. */
  send: { input: null; output: null };
  /** Sends no more, and waits until everybody is well. */
  heal: { input: { withinMs: number }; output: Healing };
  /** Holds everything against what the server has. @property url of the node that is asked */
  verify: { input: { urls: string[] }; output: Verdict };
  count: { input: null; output: CrowdCounts };
  close: { input: null; output: null };
};

export type CrowdOrderName = keyof CrowdOrders;
export type CrowdOrder = {
  [Name in CrowdOrderName]: { name: Name; input: CrowdOrders[Name]["input"] };
}[CrowdOrderName];
export type CrowdAnswer = { output: CrowdOrders[CrowdOrderName]["output"] } | { error: string };
