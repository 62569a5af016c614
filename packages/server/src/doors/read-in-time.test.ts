/** [G11] A body is read for as long as it keeps coming. */
import { describe, expect, it } from "vitest";
import type { AppError } from "../app-error.ts";
import { readInTime } from "./read-in-time.ts";

const never = new Promise<never>(() => {});
const patient = { idleMs: 10_000, totalMs: 10_000 };

async function* bodyOf(parts: string[], then: Promise<unknown> = Promise.resolve()): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
  await then;
}

async function read(...given: Parameters<typeof readInTime>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readInTime(...given)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const codeOf = (reading: Promise<string>): Promise<string> =>
  reading.then(
    () => "ok",
    (error: AppError) => error.code,
  );

describe("readInTime", () => {
  it("gives what comes, of either kind of body", async () => {
    expect(await read(bodyOf(["a", "b"]), patient)).toBe("ab");
    expect(await read(ReadableStream.from(bodyOf(["a", "b"])), patient)).toBe("ab");
  });

  it("ends a body of which nothing comes any more, or that takes too long in all, or is not wanted any more", async () => {
    expect(await codeOf(read(bodyOf(["a"], never), { ...patient, idleMs: 20 }))).toBe("invalid_request");
    expect(await codeOf(read(bodyOf(["a"], never), { ...patient, totalMs: 20 }))).toBe("invalid_request");
    const stop = new AbortController();
    const reading = codeOf(read(bodyOf(["a"], never), { ...patient, signal: stop.signal }));
    stop.abort();
    expect(await reading).toBe("invalid_request");
    expect(await codeOf(read(bodyOf(["a"], never), { ...patient, signal: stop.signal }))).toBe("invalid_request");
  });

  it("waits for its reader as long as that takes", async () => {
    const chunks = readInTime(bodyOf(["a", "b"]), { ...patient, idleMs: 20 });
    expect((await chunks.next()).done).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(Buffer.from((await chunks.next()).value ?? []).toString()).toBe("b");
    expect((await chunks.next()).done).toBe(true);
  });

  it("tells of a body that breaks off", async () => {
    expect(await codeOf(read(bodyOf(["a"], Promise.reject(new Error("reset"))), patient))).toBe("invalid_request");
  });
});
