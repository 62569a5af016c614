/** How the tests run: each file in a process of its own, three at once: they wait more than they compute. The product's share one PostgreSQL. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/tests/longest-first.ts";

const databaseSetup = "packages/server/test/setup/global-setup.ts";
const globalSetup = existsSync(new URL(databaseSetup, import.meta.url)) ? [databaseSetup] : [];
const exclude = ["**/node_modules/**", "**/dist/**"];
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
          exclude: [...exclude, budgets],
          globalSetup,
        },
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
