/** Reads a room's history over REST, as a client does. */
import { operations } from "@pipit/protocol/operations";
import type { RestClient } from "../wire/rest-client.ts";
import type { Entry } from "./check-history.ts";

const pageSize = 100;

/** All entries after a sequence, ascending. */
export async function readHistory(rest: RestClient, roomId: string, after = 0): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let last = after; ; last = entries.at(-1)?.sequence_number ?? last) {
    const data = await rest.call("GET", `/rooms/${roomId}/messages?after=${last}&limit=${pageSize}`);
    const page = operations["messages.list"].output.parse(data);
    entries.push(...page);
    if (page.length < pageSize) return entries;
  }
}
