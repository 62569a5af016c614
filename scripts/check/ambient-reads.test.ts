import { describe, expect, test } from "vitest";
import { checkAmbientReads } from "./ambient-reads.ts";

const check = (path: string, source: string) => checkAmbientReads([{ path, source }]);

describe("reads of the environment and the clock", () => {
  test.each([
    "const port = process.env.PORT;",
    'const port = process["env"].PORT;',
    "const all = globalThis.process.env;",
    "const { env } = process;",
    'import { env } from "node:process";',
  ])("%s is refused outside config.ts", (source) => {
    expect(check("packages/server/src/main.ts", source)).toEqual([
      "packages/server/src/main.ts:1 reads process.env; only packages/server/src/config.ts may",
    ]);
    expect(check("packages/server/src/config.ts", source)).toEqual([]);
  });

  test.each([
    "const now = Date.now();",
    "const now = new Date();",
    "const now = new Date;",
    "const text = Date();",
    "const f = Date.now;",
  ])("%s is refused outside the clock", (source) => {
    expect(check("packages/server/src/main.ts", `const a = 1;\n${source}`)).toEqual([
      "packages/server/src/main.ts:2 reads the time; take it from the clock in the context",
    ]);
    expect(check("packages/server/src/clock.ts", source)).toEqual([]);
  });

  test.each([
    "const at = new Date(text);",
    "const at = Date.UTC(2024, 1);",
    '// Date.now()\nconst s = "process.env";',
    "import { argv } from 'node:process';",
    "type At = Date;",
  ])("%s is fine", (source) => expect(check("packages/server/src/main.ts", source)).toEqual([]));

  test.each([
    "packages/server/src/main.test.ts",
    "packages/server/test/server-process.ts",
    "packages/bench/src/bench.ts",
    "scripts/generate.ts",
  ])("%s may read both", (path) =>
    expect(check(path, "const now = Date.now();\nconst { env } = process;")).toEqual([]),
  );
});
