/** All clients in a process of their own, so that they share no thread with what disturbs the servers. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../processes/child.ts";
import type { Scope } from "../processes/scope.ts";
import type { CrowdAnswer, CrowdOrderName, CrowdOrders } from "./crowd-orders.ts";

const program = fileURLToPath(new URL("crowd-program.ts", import.meta.url));

export type CrowdProcess = Child & {
  /** Gives an order and waits until it is done; one at a time. @throws {Error} when it fails. */
  order<Name extends CrowdOrderName>(
    name: Name,
    input: CrowdOrders[Name]["input"],
  ): Promise<CrowdOrders[Name]["output"]>;
};

export async function startCrowd(scope: Scope): Promise<CrowdProcess> {
  const child = await startChild(scope, { name: "clients", args: [program] });
  async function order<Name extends CrowdOrderName>(name: Name, input: CrowdOrders[Name]["input"]) {
    const answered = new Promise<CrowdAnswer>((resolve) => {
      child.process.once("message", (answer: CrowdAnswer) => resolve(answer));
    });
    child.process.send({ name, input });
    const answer = await Promise.race([answered, child.exited]);
    if (!answer) throw new Error(`the clients ended:\n${child.output()}`);
    if ("error" in answer) throw new Error(`the clients could not ${name}: ${answer.error}\n${child.output()}`);
    return answer.output as CrowdOrders[Name]["output"];
  }
  return { ...child, order };
}
