import { expect, test } from "vitest";
import { withScope } from "./scope.ts";

test("what was opened last is closed first, and the result comes after", async () => {
  const closed: string[] = [];
  const result = await withScope(async (scope) => {
    scope.defer(() => void closed.push("first"));
    scope.defer(async () => void closed.push("second"));
    return 42;
  });
  expect(result).toBe(42);
  expect(closed).toEqual(["second", "first"]);
});

test("work that fails is closed too, and its error is the one reported", async () => {
  const closed: string[] = [];
  const run = withScope(async (scope) => {
    scope.defer(() => void closed.push("opened"));
    throw new Error("boom");
  });
  await expect(run).rejects.toThrow("boom");
  expect(closed).toEqual(["opened"]);
});

test("a closing that fails is reported and does not keep the others from closing", async () => {
  const closed: string[] = [];
  const run = withScope(async (scope) => {
    scope.defer(() => void closed.push("first"));
    scope.defer(() => Promise.reject(new Error("stuck")));
  });
  await expect(run).rejects.toThrow("cleaning up failed");
  expect(closed).toEqual(["first"]);
});

test("an interruption closes everything before it is reported", async () => {
  const closed: string[] = [];
  const run = withScope(async (scope) => {
    scope.defer(() => void closed.push("opened"));
    process.emit("SIGTERM");
    await new Promise(() => undefined);
  });
  await expect(run).rejects.toMatchObject({ exitCode: 143 });
  expect(closed).toEqual(["opened"]);
});
