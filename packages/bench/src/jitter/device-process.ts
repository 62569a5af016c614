/** Many devices in a process of their own, so that they share no thread with what they measure. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../processes/child.ts";
import type { Scope } from "../processes/scope.ts";
import type { DeviceAnswer, DeviceOrderName, DeviceOrders } from "./device-orders.ts";

const program = fileURLToPath(new URL("devices.ts", import.meta.url));

export type DeviceProcess = Child & {
  /** Gives an order and waits until it is done; one at a time. @throws {Error} when it fails. */
  order<Name extends DeviceOrderName>(
    name: Name,
    input: DeviceOrders[Name]["input"],
  ): Promise<DeviceOrders[Name]["output"]>;
};

export async function startDevices(scope: Scope, name: string): Promise<DeviceProcess> {
  const child = await startChild(scope, { name, args: [program] });
  async function order<Name extends DeviceOrderName>(name: Name, input: DeviceOrders[Name]["input"]) {
    const answered = new Promise<DeviceAnswer>((resolve) => {
      child.process.once("message", (answer: DeviceAnswer) => resolve(answer));
    });
    child.process.send({ name, input });
    const answer = await Promise.race([answered, child.exited]);
    if (!answer) throw new Error(`${child.name} ended:\n${child.output()}`);
    if ("error" in answer) throw new Error(`${child.name} could not ${name}: ${answer.error}\n${child.output()}`);
    return answer.output as DeviceOrders[Name]["output"];
  }
  return { ...child, order };
}
