/** What of a forward is left to do after some of it failed. */
import { type PipitClient, PipitError } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { expect, test } from "vitest";
import { type ForwardJob, forwardMessages, toRetry } from "./forward-messages.ts";

const [one, two] = ["one", "two"].map((id) => ({ id }) as Room) as [Room, Room];
const jobs: ForwardJob[] = ["a", "b"].map((messageId) => ({
  messageId,
  clientMessageId: `client ${messageId}`,
  rooms: [one, two],
}));

type Asked = { message_id: string; client_message_id: string; target_room_ids: string[] };
type Failed = { room_id: string; code: string }[];

/** A client whose server answers so. */
function clientOf(answer: (asked: Asked) => Failed): { client: PipitClient; asked: Asked[] } {
  const asked: Asked[] = [];
  const forward = (input: Asked): Promise<{ failed: Failed }> => {
    asked.push(input);
    return Promise.resolve(input).then((given) => ({ failed: answer(given) }));
  };
  return { client: { api: { messages: { forward } } } as unknown as PipitClient, asked };
}

test("messages go one after the other, each with a client id of its own", async () => {
  const { client, asked } = clientOf(() => []);
  expect(await forwardMessages(client, jobs)).toEqual([]);
  expect(asked.map(({ client_message_id }) => client_message_id)).toEqual(["client a", "client b"]);
});

test("[M14] a retry goes only to the rooms that did not get it, with the same client id", async () => {
  const { client } = clientOf(({ message_id }) => (message_id === "a" ? [{ room_id: "two", code: "forbidden" }] : []));
  const failures = await forwardMessages(client, jobs);
  expect(failures.map(({ room, code }) => [room.id, code])).toEqual([["two", "forbidden"]]);
  expect(toRetry(failures)).toEqual([{ messageId: "a", clientMessageId: "client a", rooms: [two] }]);
});

test("where the whole call fails, all of its rooms failed", async () => {
  const { client } = clientOf(() => {
    throw new PipitError("network", { retryable: true });
  });
  const failures = await forwardMessages(client, jobs);
  expect(failures.map(({ code }) => code)).toEqual(Array(4).fill("network"));
  expect(toRetry(failures)).toEqual(jobs);
});
