import { expect, test } from "vitest";
import { addUsages, measureUsage, sayLimit } from "./usage.ts";

test("what a part used is the difference between two readings, or unknown", async () => {
  let seconds = 1;
  const parts = { server: async () => (seconds += 2), other: async () => undefined };
  const { value, usage } = await measureUsage(parts, async () => "done");
  expect(value).toBe("done");
  expect(usage.used).toEqual({ server: 2, other: null });
  const more = { seconds: 2, used: { server: 1 }, machine: 0.5 };
  expect(addUsages([more, { ...more, used: { server: 3 } }])).toEqual({
    seconds: 4,
    used: { server: 4 },
    machine: 0.5,
  });
});

test("the limit is the machine, a thread, or no processor", () => {
  const used = { server: 9.5, database: 9.9 };
  expect(sayLimit({ seconds: 10, used, machine: 0.95 }, 2)).toMatch(/^the machine: 95 % of its 2 processors/);
  expect(sayLimit({ seconds: 10, used, machine: 0.6 }, 4)).toMatch(/^the one thread of server; server 95 % of one/);
  expect(sayLimit({ seconds: 10, used: { server: 1 }, machine: 0.1 }, 4)).toMatch(/^no processor/);
});
