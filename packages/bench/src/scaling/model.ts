/**
 * How many machines a number of users takes: from what was measured of one message, one delivery, one socket and one
 * catch-up, and from what is assumed of people. A model, not a measurement: it says which resource runs out first, and how
 * the answer moves with each figure.
 */

/** What was measured, each with where. Processor time in microseconds, sizes in bytes. */
export type Costs = {
  /** Of a node, for a message that is sent and acknowledged, with one delivery. */
  nodeMicrosPerMessage: number;
  /** Of PostgreSQL, for a message that commits. */
  databaseMicrosPerMessage: number;
  /** Of a node, for each further socket that a message is told to. */
  nodeMicrosPerDelivery: number;
  /** Of a node, and of PostgreSQL, for a device that connects and catches up. */
  nodeMicrosPerCatchUp: number;
  databaseMicrosPerCatchUp: number;
  /** Of Redis, for a hint that is published, with those that hear it. */
  redisMicrosPerHint: number;
  nodeBytesPerSocket: number;
  databaseBytesPerMessage: number;
  walBytesPerMessage: number;
};

/** What is assumed of people. */
export type People = {
  users: number;
  /** Of all users, those who are connected at the peak. */
  connectedShare: number;
  devicesPerUser: number;
  messagesPerUserAndDay: number;
  /** The busiest second has so many times the messages of the mean one. */
  peakFactor: number;
  /** Sockets that hear a message, at the mean. */
  deliveriesPerMessage: number;
  /** Of those, the share on other nodes than the sender's. */
  remoteShare: number;
  /** Times that a connected device connects anew in an hour. */
  reconnectsPerHour: number;
  keptDays: number;
};

/** What is assumed of machines. */
export type Machine = {
  cores: number;
  memoryBytes: number;
  diskBytes: number;
  /** What one process of a node was seen to hold; there is one process a core. */
  socketsPerCore: number;
  /** The share of it that may be used at the peak: the rest is for a lost neighbour, vacuum, deployments. */
  usable: number;
};

export type Plan = {
  peakMessagesPerSecond: number;
  peakDeliveriesPerSecond: number;
  sockets: number;
  nodes: Need;
  databases: Need;
  redis: Need;
  databaseBytes: number;
  walBytesPerSecond: number;
};

/** Machines of a kind, and what decided how many. One of nodes has a process for each core. */
export type Need = { machines: number; limit: "processor" | "memory" | "sockets" | "disk" };

const daySeconds = 86_400;

/** @param replicas copies of each database beside the first, on machines of their own */
export function planFor(people: People, costs: Costs, machine: Machine, replicas = 1): Plan {
  const messages = ((people.users * people.messagesPerUserAndDay) / daySeconds) * people.peakFactor;
  const deliveries = messages * people.deliveriesPerMessage;
  const sockets = people.users * people.connectedShare * people.devicesPerUser;
  const catchUps = (sockets * people.reconnectsPerHour) / 3600;
  const microsPerCore = 1e6 * machine.usable;
  const cores = (micros: number): number => micros / microsPerCore / machine.cores;
  const nodeMicros =
    messages * costs.nodeMicrosPerMessage +
    Math.max(0, deliveries - messages) * costs.nodeMicrosPerDelivery +
    catchUps * costs.nodeMicrosPerCatchUp;
  const databaseMicros = messages * costs.databaseMicrosPerMessage + catchUps * costs.databaseMicrosPerCatchUp;
  const databaseBytes = people.users * people.messagesPerUserAndDay * people.keptDays * costs.databaseBytesPerMessage;
  const hints = messages * Math.max(1, people.deliveriesPerMessage * people.remoteShare);
  return {
    peakMessagesPerSecond: messages,
    peakDeliveriesPerSecond: deliveries,
    sockets,
    nodes: most({
      processor: cores(nodeMicros),
      memory: (sockets * costs.nodeBytesPerSocket) / (machine.memoryBytes * machine.usable),
      sockets: sockets / (machine.socketsPerCore * machine.cores),
    }),
    databases: times(
      1 + replicas,
      most({ processor: cores(databaseMicros), disk: databaseBytes / (machine.diskBytes * machine.usable) }),
    ),
    // Redis has one thread for what it does.
    redis: most({ processor: (hints * costs.redisMicrosPerHint) / microsPerCore }),
    databaseBytes,
    walBytesPerSecond: messages * costs.walBytesPerMessage,
  };
}

function most(needs: Partial<Record<Need["limit"], number>>): Need {
  const [limit, machines] = (Object.entries(needs) as [Need["limit"], number][]).reduce((a, b) =>
    b[1] > a[1] ? b : a,
  );
  return { machines: Math.max(1, Math.ceil(machines)), limit };
}

function times(factor: number, { machines, limit }: Need): Need {
  return { machines: machines * factor, limit };
}
