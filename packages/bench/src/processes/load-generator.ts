/** The load generator as a process of its own, so that it shares no thread with what it measures. */
import { fileURLToPath } from "node:url";
import type { Answer, OrderName, Orders } from "../load/orders.ts";
import { type Child, startChild } from "./child.ts";
import type { Scope } from "./scope.ts";

const program = fileURLToPath(new URL("../load/generator.ts", import.meta.url));

export type LoadGenerator = Child & {
  /** Gives an order and waits until it is done; one at a time. @throws {Error} when it fails. */
  order<Name extends OrderName>(name: Name, input: Orders[Name]["input"]): Promise<Orders[Name]["output"]>;
};

export async function startLoadGenerator(scope: Scope): Promise<LoadGenerator> {
  const child = await startChild(scope, { name: "load generator", args: [program] });
  async function order<Name extends OrderName>(name: Name, input: Orders[Name]["input"]) {
    const answered = new Promise<Answer>((resolve) =>
      child.process.once("message", (answer: Answer) => resolve(answer)),
    );
    child.process.send({ name, input });
    const answer = await Promise.race([answered, child.exited]);
    if (!answer) throw new Error(`the load generator ended:\n${child.output()}`);
    if ("error" in answer) throw new Error(`the load generator could not ${name}: ${answer.error}`);
    return answer.output as Orders[Name]["output"];
  }
  return { ...child, order };
}
