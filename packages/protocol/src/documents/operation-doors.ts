/** The doors of all operations as a small module, for clients that can't carry the whole table. */
import { listOperations, type OperationName } from "../operations.ts";

/**
 * The source text: a line a group, as `group,operation METHOD/path event,…`, since a table of objects would be larger, also
 * compressed. Where a path calls an input field by another name, the field's own stands there.
 * @param overSocket the operations that clients ask for over the socket although there is a path
 */
export function renderOperationDoors(overSocket: ReadonlySet<OperationName>): string {
  const groups = new Map<string, string[]>();
  for (const { name, operation } of listOperations()) {
    const { rest, socket } = operation;
    const [group = "", own = ""] = name.split(".");
    const path = rest?.path.replace(/:(\w+)/g, (_, part: string) => `:${rest.rename?.[part] ?? part}`) ?? "";
    const event = rest === undefined || overSocket.has(name) ? (socket?.event ?? "") : "";
    const row = `${own} ${rest?.method ?? ""}${path} ${event}`.trimEnd();
    groups.set(group, [...(groups.get(group) ?? [group]), row]);
  }
  const lines = [...groups.values()].map((rows) => rows.join(","));
  return [
    "/** Made by `npm run generate` from the table of operations: a line a group, then name, method, path, and event where it is used. */",
    `export const operationDoors = \`${lines.join("\n")}\`;`,
    "",
  ].join("\n");
}
