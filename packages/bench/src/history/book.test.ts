import { expect, test } from "vitest";
import { Book } from "./book.ts";

const first = { roomId: "r", senderId: "ada", clientMessageId: "c-1", content: "hello" };

test("attempts and answers of one message are gathered, and told apart from another sender's", () => {
  const book = new Book();
  book.attempt(first);
  book.attempt(first);
  book.attempt({ ...first, senderId: "bob" });
  book.acknowledge(first, { id: "r.1", sequence: 1, duplicate: false });
  book.acknowledge(first, { id: "r.1", sequence: 1, duplicate: true });
  expect([...book.sentTo("r")]).toMatchObject([
    { senderId: "ada", attempts: 2, acks: [{ duplicate: false }, { duplicate: true }] },
    { senderId: "bob", attempts: 1, acks: [] },
  ]);
  expect(book.acked).toBe(1);
  expect([...book.sentTo("elsewhere")]).toEqual([]);
});
