/** What an app that uses the SDK has to load. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const budgetBytes = 35_000;

it("the whole SDK with socket.io-client stays within 35 kB, compressed, and brings neither zod nor Node along", async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: 'export * from "@pipit/client"', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
  });
  expect(gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length).toBeLessThan(budgetBytes);
  const packages = new Set(
    Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]),
  );
  expect([...packages].filter((name) => name !== undefined).sort()).toEqual([
    "@socket.io/component-emitter",
    "engine.io-client",
    "engine.io-parser",
    "socket.io-client",
    "socket.io-parser",
  ]);
});
