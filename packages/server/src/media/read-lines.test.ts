/** Lines come whole however the stream was cut, and never too long. */
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

/** What is told of a stream that comes in these pieces. */
async function read(pieces: string[], maxBytes: number): Promise<string[]> {
  const told: string[] = [];
  const stream = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  const onOverflow = () => told.push("overflow");
  readLines(stream, { maxBytes, onLine: (line) => told.push(line), onOverflow });
  await new Promise((resolve) => stream.on("close", resolve));
  return told;
}

test.each([
  [["one\ntwo\n"], ["one", "two"]],
  [
    ["o", "ne\nt", "wo\n"],
    ["one", "two"],
  ],
  [["one\n", "unfinished"], ["one"]],
  [["\n"], [""]],
])("lines are put together: %j", async (pieces, lines) => {
  expect(await read(pieces, 100)).toEqual(lines);
});

test("a line that is too long ends the reading", async () => {
  expect(await read(["one\n", "x".repeat(60), "x".repeat(60), "\ntwo\n"], 100)).toEqual(["one", "overflow"]);
});
