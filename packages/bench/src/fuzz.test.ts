import { expect, test } from "vitest";
import { findGrowth } from "./fuzz/find-growth.ts";
import { RawJson, toJsonText } from "./fuzz/json-text.ts";
import { judgeReply } from "./fuzz/judge-reply.ts";
import { parseAnswer } from "./fuzz/parse-answer.ts";
import { FrameReader, toFrame } from "./fuzz/raw-frames.ts";
import { runFuzz } from "./fuzz/run-fuzz.ts";
import { withScope } from "./processes/scope.ts";
import { freshSeed } from "./random.ts";

const megabyte = 2 ** 20;

test("[G11] fuzzed requests and frames are answered as the contract says, and leave nothing behind", async () => {
  const seed = freshSeed();
  const options = { seed, requests: 300, frames: 2_000, polling: 0, isLimitedToo: false };
  const result = await withScope((scope) => runFuzz(scope, options, () => undefined));
  expect(result.complaints, `seed ${seed}: ${JSON.stringify(result.problems)}`).toEqual([]);
  // Otherwise nothing was put to the test.
  expect(result.operations_done).toBeGreaterThan(30);
  expect(result.at_the_end.sockets).toBe(0);
}, 120_000);

test("an answer that is no envelope, a fault, or beside the contract is complained of", () => {
  const judge = (reply: unknown, status?: number) => {
    return judgeReply({ reply, operation: undefined, isThorough: true, ...(status === undefined ? {} : { status }) });
  };
  const refusal = { success: false, error: "no", request_id: "x" };
  expect(judge("text").complaint).toBe("no envelope");
  expect(judge({ ...refusal, code: "internal" }, 500).complaint).toContain("a fault");
  expect(judge({ ...refusal, code: "made_up" }).complaint).toContain("unknown code");
  expect(judge({ ...refusal, code: "not_found" }, 400).complaint).toContain("status 400");
  expect(judge({ ...refusal, code: "rate_limited" }).complaint).toContain("retry_after");
  expect(judge({ ...refusal, code: "unavailable", retry_after: 1 }).complaint).toContain("a fault");
  expect(
    judge({ ...refusal, code: "unavailable", error: "The room is busy.", retry_after: 1 }).complaint,
  ).toBeUndefined();
  expect(judge({ ...refusal, code: "not_found" }, 404)).toEqual({ outcome: "not_found" });
});

test("an answer is whole when its length or its last chunk has come, and not before", () => {
  const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  expect(parseAnswer(Buffer.from(`${head}3\r\nabc\r\n`))).toBeUndefined();
  expect(parseAnswer(Buffer.from(`${head}3\r\nabc\r\n0\r\n\r\n`))?.body.toString()).toBe("abc");
  expect(parseAnswer(Buffer.from("HTTP/1.1 404 X\r\ncontent-length: 2\r\n\r\na"))).toBeUndefined();
  expect(() => parseAnswer(Buffer.from("nonsense\r\n\r\n"))).toThrow("no HTTP");
});

test("frames of any length are read back, however they are cut", () => {
  const sent = ["", "a", "b".repeat(126), "c".repeat(70_000)];
  const bytes = Buffer.concat(sent.map((text) => toFrame(text, { isMasked: false })));
  const heard: string[] = [];
  const reader = new FrameReader();
  for (let at = 0; at < bytes.length; at += 999) {
    reader.push(bytes.subarray(at, at + 999), (_, payload) => heard.push(payload.toString()));
  }
  expect(heard).toEqual(sent);
});

test("raw pieces stay as they are in the JSON around them", () => {
  expect(toJsonText({ a: [new RawJson("1e400")], b: undefined, c: "\ud800" })).toBe('{"a":[1e400],"c":"\\ud800"}');
});

test("growth beyond the bounds is told, growth within them is not", () => {
  const before = { heapBytes: 40 * megabyte, externalBytes: 0, residentBytes: 150 * megabyte, handles: { Timeout: 2 } };
  expect(findGrowth(before, { ...before, heapBytes: 60 * megabyte })).toEqual([]);
  expect(findGrowth(before, { ...before, heapBytes: 90 * megabyte })).toHaveLength(1);
  expect(findGrowth(before, { ...before, handles: { Timeout: 2, TCPSocketWrap: 30 } })).toHaveLength(1);
});
