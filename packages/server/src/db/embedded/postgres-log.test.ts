/** The log keeps to a size. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeParentDir } from "./embedded-postgres.fixture.ts";
import { boundLog, readLogTail } from "./postgres-log.ts";

test("[G11] a log that has grown too large is set aside, one generation", async () => {
  const file = join(await makeParentDir(), "postgres.log");
  await writeFile(file, "x".repeat(9 * 1024 * 1024));
  await boundLog(file);
  await writeFile(file, "second");
  await boundLog(file);
  expect((await stat(`${file}.1`)).size).toBe(9 * 1024 * 1024);
  expect(await readFile(file, "utf8")).toBe("second");
});

test("the tail is of this start, and bounded", async () => {
  const file = join(await makeParentDir(), "postgres.log");
  expect(await readLogTail(file)).toBe("(nothing in its log)");
  await writeFile(file, `${"earlier\n".repeat(1_000)}now\n`);
  expect(await readLogTail(file, 8_000)).toBe("now");
  expect((await readLogTail(file)).length).toBeLessThanOrEqual(2_000);
  expect(await readLogTail(file, 1_000_000)).toContain("now");
});
