/** The doors of all operations. */
import type { OperationName } from "@pipit/protocol/operations";
import { operationDoors } from "./generated/operation-doors.ts";

export type Door = { method: string | undefined; path: string; event: string | undefined };

/** By name; each has one door at least. */
export const doors = Object.fromEntries(
  operationDoors.split("\n").map((line) => {
    const [name, method, path = "", event] = line.split(" ").map((part) => (part === "-" ? undefined : part));
    return [name, { method, path, event }];
  }),
) as Record<OperationName, Door>;
