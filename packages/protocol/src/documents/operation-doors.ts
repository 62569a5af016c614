/** The doors of all operations as a small module, for clients that can't carry the whole table. */
import { listOperations, type OperationName } from "../operations.ts";

/**
 * The source text: a line an operation, with `-` where it has no such door, since a table of objects would be larger, also
 * compressed. Where a path calls an input field by another name, the field's own stands there.
 * @param overSocket the operations that clients ask for over the socket although there is a path
 */
export function renderOperationDoors(overSocket: ReadonlySet<OperationName>): string {
  const rows = listOperations().map(({ name, operation: { rest, socket } }) => {
    const path = rest?.path.replace(/:(\w+)/g, (_, part: string) => `:${rest.rename?.[part] ?? part}`);
    const event = rest === undefined || overSocket.has(name) ? socket?.event : undefined;
    return [name, rest?.method ?? "-", path ?? "-", event ?? "-"].join(" ");
  });
  return [
    "/** Made by `npm run generate` from the table of operations: name, method, path, and event where it is used. */",
    `export const operationDoors = \`${rows.join("\n")}\`;`,
    "",
  ].join("\n");
}
