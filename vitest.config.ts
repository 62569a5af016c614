/** How the tests run: each file in a process of its own, two at once. The product's share one PostgreSQL. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/tests/longest-first.ts";

const globalSetup = "packages/server/test/setup/global-setup.ts";
const exclude = ["**/node_modules/**", "**/dist/**"];

// More than 200 processes load the same modules: what one has compiled, the others take. Servers that tests start do so too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

export default defineConfig({
  test: {
    // Node loads the tests and the product as it loads the product in production, without a bundler in between.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    pool: "forks",
    maxWorkers: 2,
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
          exclude,
          globalSetup: existsSync(new URL(globalSetup, import.meta.url)) ? [globalSetup] : [],
        },
      },
    ],
  },
});
