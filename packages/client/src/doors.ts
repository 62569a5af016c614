/** The doors of all operations. */
import type { OperationName } from "@pipit/protocol/operations";
import { operationDoors } from "./generated/operation-doors.ts";

/** Empty where there is none. */
export type Door = { method: string; path: string; event: string };

/** By name; each has one door at least. */
export const doors = Object.fromEntries(
  operationDoors.split("\n").flatMap((line) => {
    const [group, ...rows] = line.split(",");
    return rows.map((row) => {
      const [name, rest = "", event = ""] = row.split(" ");
      const [method, path = ""] = rest.split(/(\/.*)/);
      return [`${group}.${name}`, { method, path, event }];
    });
  }),
) as Record<OperationName, Door>;
