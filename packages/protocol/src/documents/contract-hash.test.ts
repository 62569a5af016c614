/** The contract does not change unnoticed: it has a version, and each version a note. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract, hashContract } from "./contract-hash.ts";
import { protocolVersion } from "./protocol-version.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const lock: { version: string; hash: string } = JSON.parse(read("contract.lock.json"));

const advice =
  "The wire contract changed: raise protocolVersion in documents/protocol-version.ts, " +
  "add a line for it to packages/protocol/CHANGES.md, and run `npm run generate`.";

describe("the contract", () => {
  it("changes only together with its version", async () => {
    expect({ version: protocolVersion, hash: await hashContract() }, advice).toEqual(lock);
  });

  it("has a note for its version", () => {
    const notes = read("CHANGES.md").split("\n");
    expect(notes, advice).toContainEqual(
      expect.stringMatching(new RegExp(`^- ${protocolVersion.replaceAll(".", "\\.")}: \\S`)),
    );
  });
});

describe("the contract's hash", () => {
  const original = hashContract();
  const send = contract.operations["messages.send"];
  if (!send) throw new Error("messages.send is gone: choose another operation for these tests");
  const withSend = (change: Partial<typeof send>) =>
    hashContract({ ...contract, operations: { ...contract.operations, "messages.send": { ...send, ...change } } });

  it.each([
    ["an input field", { input: send.input.extend({ extra: z.string().optional() }) }],
    ["an output", { output: z.string() }],
    ["access", { access: "admin" as const }],
    ["a limit class", { limit: "read" as const }],
    ["an error", { errors: ["gone" as const] }],
    ["a path", { rest: { method: "POST" as const, path: "/elsewhere" as const } }],
    ["a reply event", { socket: { event: "message:send", reply: "message:gone", error: "message:error" } }],
  ])("changes with %s", async (_, change) => {
    expect(await withSend(change)).not.toBe(await original);
  });

  it("changes with an event's payload and with a code's status", async () => {
    const events = { ...contract.events, "message:receive": { audience: "members", payload: z.string() } };
    const errorCodes = { ...contract.errorCodes, gone: { status: 404, retryable: false } };
    expect(await hashContract({ ...contract, events })).not.toBe(await original);
    expect(await hashContract({ ...contract, errorCodes })).not.toBe(await original);
  });

  it("does not change with wording or order", async () => {
    const reversed = Object.fromEntries(Object.entries(contract.operations).reverse());
    const errors = [...send.errors].reverse();
    const input = send.input.extend({ content: send.input.shape.content?.describe("Said otherwise.") ?? z.never() });
    expect(await withSend({ summary: "Said otherwise.", errors, input })).toBe(await original);
    expect(await hashContract({ ...contract, operations: reversed })).toBe(await original);
  });
});
