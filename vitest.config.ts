/** How the tests run: most files in a process of their own, three at once. The product's share one PostgreSQL. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/tests/longest-first.ts";

const databaseSetup = "packages/server/test/setup/global-setup.ts";
const globalSetup = existsSync(new URL(databaseSetup, import.meta.url)) ? [databaseSetup] : [];
const exclude = ["**/node_modules/**", "**/dist/**"];
/** What leaves nothing behind in its process runs one file after another in the same ones: to load the product costs a file a second. */
const shared = [
  "packages/protocol/src/**/*.test.ts",
  "packages/bench/src/{chaos,history,load,report,scaling,send,wire}/**/*.test.ts",
  "packages/web/src/**/*.test.ts",
  "packages/client/src/{state,sync,outbox}/**/*.test.ts",
  "packages/server/src/{features,identity,http,doors,sockets}/**/*.test.ts",
  "packages/server/src/ports/{limits,presence}/**/*.test.ts",
];
/** What measures time: nothing else may run meanwhile. */
const budgets = "packages/web/test/budgets.test.ts";

// More than 200 processes load the same modules: what one has compiled, the others take. Servers that tests start do so too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

export default defineConfig({
  test: {
    // Node loads the tests and the product as it loads the product in production, without a bundler in between.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: "scripts", include: ["scripts/**/*.test.ts"], exclude } },
      {
        extends: true,
        test: {
          name: "product",
          include: ["packages/*/{src,test}/**/*.test.ts", "examples/*/**/*.test.ts"],
          exclude: [...exclude, budgets, ...shared],
          globalSetup,
        },
      },
      {
        extends: true,
        test: { name: "shared", include: shared, exclude, globalSetup, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "budgets",
          include: [budgets],
          exclude,
          globalSetup,
          testTimeout: 60_000,
          maxWorkers: 1,
          // After all others.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
