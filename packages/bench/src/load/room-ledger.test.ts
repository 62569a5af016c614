import { expect, test } from "vitest";
import { RoomLedger } from "./room-ledger.ts";

const prefix = "00000001-0000-7000-8000-";
const heard = (id: string): string => `["message:receive",{"client_message_id":"${id}"}]`;
const answer = (id: string): string => `[{"success":true,"data":{"client_message_id":"${id}"}}]`;

test("a message is over when it is acknowledged and all but its sender have heard it", () => {
  const over: number[] = [];
  const ledger = new RoomLedger(prefix, 3, (sender) => over.push(sender));
  const id = ledger.send(1);
  ledger.hear(0, heard(id));
  ledger.hear(2, heard(id));
  expect(over).toEqual([]);
  ledger.acknowledge(answer(id), 1);
  expect(over).toEqual([1]);
  expect(ledger.isSettled()).toBe(true);
  expect(ledger.count()).toMatchObject({ sent: 1, acked: 1, delivered: 2, lost: 0, repeated: 0, unexpected: 0 });
});

test("what nobody sent, what came twice, what came to its sender and what never came are each counted", () => {
  const ledger = new RoomLedger(prefix, 3, () => undefined);
  const id = ledger.send(1);
  ledger.acknowledge(answer(id), 1);
  ledger.hear(0, heard(id));
  ledger.hear(0, heard(id));
  ledger.hear(1, heard(id));
  ledger.hear(2, heard("00000002-0000-7000-8000-000000000000"));
  expect(ledger.count()).toMatchObject({ lost: 1, repeated: 2, unexpected: 1 });
  ledger.acknowledge('[{"success":false,"code":"unavailable"}]', 1);
  expect(ledger.count()).toMatchObject({ refused: 1, firstRefusal: '[{"success":false,"code":"unavailable"}]' });
});
