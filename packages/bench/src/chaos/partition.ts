/** Partitions: a node loses Redis, the database or its clients, wholly or in one direction. */
import { type Fault, pickNode, waitSeconds } from "./fault.ts";
import { troubles } from "./held-link.ts";

export const partition: Fault = async (context) => {
  const { links, place } = pickNode(context);
  if (!links) throw new Error("this run has no links to cut");
  const name = context.random.pick(["redis", "database", "clients"] as const);
  const trouble = context.random.pick(troubles);
  context.progress(`the link of node ${place} to its ${name} is ${trouble}`);
  links[name].set(trouble);
  try {
    await waitSeconds(context, 5, 25);
  } finally {
    links[name].set("open");
  }
};
