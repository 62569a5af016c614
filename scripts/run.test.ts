import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const scripts = fileURLToPath(new URL(".", import.meta.url));

/** Stands in for npm: "installs" one package and the lock file's copy, as told by the environment. */
const fakeNpm = `#!/bin/sh
echo "$@" >> npm-calls
echo noise
case "$FAKE_NPM" in
  offline) echo "npm error code EAI_AGAIN" >&2; exit 1 ;;
  half) mkdir -p node_modules/vitest; rm -f node_modules/.package-lock.json; exit 1 ;;
esac
mkdir -p node_modules/vitest node_modules/.bin packages/server/node_modules/commander
echo 'console.log(process.argv.slice(2).join())' > node_modules/vitest/vitest.mjs
if [ "$FAKE_NPM" != no-scripts ]; then ln -sf "${process.execPath}" node_modules/.bin/node; fi
cp package-lock.json node_modules/.package-lock.json
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pipit-set-up-"));
  cpSync(join(scripts, "run.mjs"), join(folder, "scripts/run.mjs"));
  cpSync(join(scripts, "launch"), join(folder, "scripts/launch"), { recursive: true });
  writeLock("1.0.0");
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/npm"), fakeNpm);
  chmodSync(join(folder, "bin/npm"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("set-up", () => {
  test("a fresh clone is installed once, and its output stays off standard output", () => {
    expect(run(["test", "--bail"])).toMatchObject({ status: 0, stdout: "run,--bail\n" });
    expect(run(["test"])).toMatchObject({ status: 0, stdout: "run\n", stderr: "" });
    expect(npmCalls()).toEqual([expect.stringMatching(/^ci --include=dev /)]);
  });

  test("a changed lock file is installed", () => {
    run(["test"]);
    writeLock("1.0.1");
    expect(run(["test"]).status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  test("an install that broke off is done again, though the packages before it were the right ones", () => {
    run(["test"]);
    writeLock("1.0.1");
    expect(run(["test"], { FAKE_NPM: "half" })).toMatchObject({ status: 1, stdout: "" });
    writeLock("1.0.0");
    expect(run(["test"]).status).toBe(0);
    expect(npmCalls()).toHaveLength(3);
  });

  test("a workspace whose own packages were cleaned away is installed again", () => {
    run(["test"]);
    rmSync(join(folder, "packages"), { recursive: true });
    expect(run(["test"]).status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  test("what was installed by hand is used as it is, unless a package differs", () => {
    spawnSync(join(folder, "bin/npm"), ["ci"], { cwd: folder });
    expect(run(["test"]).status).toBe(0);
    expect(npmCalls()).toEqual(["ci"]);
    const record = readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8");
    writeFileSync(join(folder, "node_modules/.package-lock.json"), record.replace("1.0.0", "0.9.9"));
    expect(run(["test"]).status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  test("where install scripts are off, the Node at work serves, being new enough", () => {
    const { status, stdout } = run(["test"], { FAKE_NPM: "no-scripts" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "run\n" });
    expect(npmCalls()).toHaveLength(1);
  });

  test("without a network it says so, and leaves no lock behind", () => {
    const { status, stderr } = run(["test"], { FAKE_NPM: "offline" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/EAI_AGAIN[\s\S]*The first start needs the network once/);
    expect(existsSync(join(folder, ".pipit-setup.lock"))).toBe(false);
  });

  test("without npm it says so", () => {
    expect(run(["test"], { PATH: join(folder, "scripts") })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("npm cannot be run"),
    });
  });

  test("an unknown command lists the known ones and installs nothing", () => {
    expect(run(["toString"])).toMatchObject({ status: 1, stderr: expect.stringContaining("start, test, verify") });
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
  });
});

function writeLock(version: string): void {
  const packages = {
    "": {},
    "packages/server/node_modules/commander": { version: "15.1.0" },
    "node_modules/vitest": { version, integrity: "sha512-a" },
    "node_modules/for-another-system": { version, optional: true },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
}

function run(args: string[], env: Record<string, string> = {}) {
  const PATH = `${join(folder, "bin")}:/usr/bin:/bin`;
  const options = { cwd: folder, encoding: "utf8", env: { PATH, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "scripts/run.mjs"), ...args], options);
  return { status, stdout, stderr };
}

function npmCalls(): string[] {
  return readFileSync(join(folder, "npm-calls"), "utf8").trim().split("\n");
}
