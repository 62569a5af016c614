import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashWebInputs } from "./web-inputs.mjs";

/** Stands in for Vite: notes each build, and fails, or takes its time, as told by a file. */
const fakeVite = `
  import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
  appendFileSync("../../builds", process.argv[2] + " " + process.env.NODE_ENV + "\\n");
  rmSync("dist", { recursive: true, force: true });
  if (existsSync("broken")) { console.error("main.tsx does not parse"); process.exit(1); }
  await new Promise((resolve) => setTimeout(resolve, 100));
  mkdirSync("dist");
  writeFileSync("dist/index.html", "page");`;

/** Ensures the build as the launcher does, and says why it can't. */
const launcher = `
  const { ensureWebBuilt } = await import("./scripts/launch/build-web.mjs");
  const root = new URL("./", import.meta.url);
  await ensureWebBuilt(root, process.execPath).catch((error) => { console.error(error.name + ": " + error.message); process.exitCode = 1; });`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pipit-build-"));
  cpSync(fileURLToPath(new URL(".", import.meta.url)), join(folder, "scripts/launch"), { recursive: true });
  write("launch.mjs", launcher);
  write("node_modules/vite/package.json", '{ "type": "module" }');
  write("node_modules/vite/bin/vite.js", fakeVite);
  write("packages/web/package.json", "{}");
  write("packages/web/index.html", "<div>");
  write("packages/web/src/main.tsx", "1");
  write("packages/client/src/client.ts", "2");
  write("package-lock.json", "{}");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function ensure(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["launch.mjs"], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => (texts.stdout += text));
  child.stderr.on("data", (text) => (texts.stderr += text));
  const [status] = await once(child, "close");
  return { status, ...texts };
}

function builds(): string[] {
  return existsSync(join(folder, "builds")) ? readFileSync(join(folder, "builds"), "utf8").trim().split("\n") : [];
}

describe("the web client", () => {
  test("is built once, off standard output, and again when what it is made of differs", async () => {
    expect(await ensure({ NODE_ENV: "test" })).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringMatching(/^pipit: building the web client\npipit: web client built in/),
    });
    utimesSync(join(folder, "packages/web/src/main.tsx"), 1, 1);
    write("packages/web/src/main.test.tsx", "a test");
    expect(await ensure()).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(builds()).toEqual(["build production"]);
    write("packages/client/src/client.ts", "3");
    expect((await ensure()).status).toBe(0);
    rmSync(join(folder, "packages/web/dist"), { recursive: true });
    expect((await ensure()).status).toBe(0);
    expect(builds()).toHaveLength(3);
  });

  test("is built by one of two that start together", async () => {
    const both = await Promise.all([ensure(), ensure()]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(builds()).toHaveLength(1);
    expect(existsSync(join(folder, ".pipit-setup.lock"))).toBe(false);
  });

  test("that can't be built stops the start, with what the build said, and is tried again", async () => {
    write("packages/web/broken", "");
    const { status, stderr } = await ensure();
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/could not be built \(vite build, exit code 1\):\nmain.tsx does not parse\nPIPIT_WEB=off/),
    ]);
    rmSync(join(folder, "packages/web/broken"));
    expect((await ensure()).status).toBe(0);
  });

  test("is not built where there is none, or another or none is to be served", async () => {
    expect((await ensure({ PIPIT_WEB: "off" })).status).toBe(0);
    rmSync(join(folder, "packages/web/index.html"));
    expect((await ensure()).status).toBe(0);
    expect(builds()).toEqual([]);
  });
});

test("the hash tells apart what is moved from one file to the next, and whose name changed", async () => {
  const root = pathToFileURL(`${folder}/`);
  const hashes = [await hashWebInputs(root)];
  const changes: [string, string][] = [
    ["packages/web/src/main.tsx", "12"],
    ["packages/web/src/other.tsx", "1"],
    ["packages/web/public/icon.svg", "<svg>"],
    ["packages/protocol/src/events.ts", ""],
    ["package-lock.json", "{ }"],
  ];
  for (const [path, text] of changes) {
    write(path, text);
    hashes.push(await hashWebInputs(root));
  }
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(await hashWebInputs(root)).toBe(hashes.at(-1));
});
