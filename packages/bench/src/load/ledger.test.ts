import { expect, test } from "vitest";
import { Ledger } from "./ledger.ts";

const prefix = "00000001-0000-7000-8000-";

function toAck(id: string): string {
  return `[{"success":true,"data":{"id":"m","client_message_id":"${id}","content":"hello"}}]`;
}

function toEvent(id: string): string {
  return `["message:receive",{"id":"m","client_message_id":"${id}","content":"hello"}]`;
}

test("a round in which all went well is settled and clean", () => {
  const ledger = new Ledger(prefix);
  ledger.isMeasuring = true;
  const ids = Array.from({ length: 70_000 }, () => ledger.send());
  for (const id of ids) {
    ledger.acknowledge(toAck(id));
    ledger.deliver(toEvent(id));
  }
  expect(ledger.isSettled()).toBe(true);
  expect(ledger.count()).toMatchObject({
    sent: 70_000,
    acked: 70_000,
    lost: 0,
    repeated: 0,
    unexpected: 0,
    refused: 0,
  });
  expect(ledger.measured).toEqual({ acked: 70_000, delivered: 70_000 });
  expect(ledger.latencies.ack.summarize().count).toBe(70_000);
});

test("an acknowledged message that was not delivered is lost, and the round does not settle", () => {
  const ledger = new Ledger(prefix);
  const [first, second] = [ledger.send(), ledger.send()];
  ledger.acknowledge(toAck(first));
  ledger.acknowledge(toAck(second));
  ledger.deliver(toEvent(first));
  expect(ledger.isSettled()).toBe(false);
  expect(ledger.count().lost).toBe(1);
});

test("a second delivery does not make up for a lost one", () => {
  const ledger = new Ledger(prefix);
  const [first, second] = [ledger.send(), ledger.send()];
  ledger.acknowledge(toAck(first));
  ledger.acknowledge(toAck(second));
  ledger.deliver(toEvent(first));
  ledger.deliver(toEvent(first));
  expect(ledger.count()).toMatchObject({ lost: 1, repeated: 1 });
});

test("a refusal is counted and its text kept; what belongs to another round is unexpected", () => {
  const ledger = new Ledger(prefix);
  const id = ledger.send();
  ledger.acknowledge('[{"success":false,"code":"rate_limited"}]');
  ledger.deliver(toEvent("00000002-0000-7000-8000-000000000000"));
  expect(ledger.isSettled()).toBe(true);
  expect(ledger.count()).toMatchObject({
    refused: 1,
    unexpected: 1,
    firstRefusal: expect.stringContaining("rate_limited"),
  });
  expect(id).toBe(`${prefix}000000000000`);
});

test("what comes in while not measuring counts towards correctness only", () => {
  const ledger = new Ledger(prefix);
  const id = ledger.send();
  ledger.acknowledge(toAck(id));
  ledger.deliver(toEvent(id));
  expect(ledger.measured).toEqual({ acked: 0, delivered: 0 });
  expect(ledger.count()).toMatchObject({ acked: 1, delivered: 1, lost: 0 });
});
