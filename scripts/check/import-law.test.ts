import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
const features = "packages/server/src/features";

/** A small project: what is allowed lies beside what is not, and only the latter may be reported. */
const sources: Record<string, string> = {
  "packages/protocol/src/message.ts": 'import { z } from "zod";\nexport const message = z;',
  "packages/protocol/src/clocked.ts": 'import { hrtime } from "node:process";\nexport const clocked = hrtime;',
  "packages/client/src/send.ts": 'import { message } from "@pipit/protocol/message";\nexport const send = message;',
  "packages/client/src/upward.ts": 'import { app } from "@pipit/web/app";\nexport const upward = app;',
  "packages/client/src/by-path.ts": 'export { message } from "../../protocol/src/message.ts";',
  "packages/client/src/whole.test.ts": 'import { app } from "@pipit/web/app";\nexport const whole = app;',
  "packages/web/src/app.ts": 'import { send } from "@pipit/client/send";\nexport const app = send;',
  "packages/server/src/http/router.ts": "export const router = 1;",
  "packages/server/src/main.ts": 'import { missing } from "./missing.ts";\nexport const main = missing;',
  [`${features}/rooms/rooms-access.ts`]:
    'import { findRoom } from "./rooms-store.ts";\nexport const access = findRoom;',
  [`${features}/rooms/rooms-store.ts`]: "export const findRoom = 1;",
  [`${features}/rooms/on-left.ts`]: "export const onLeft = 1;",
  [`${features}/messages/good.ts`]:
    'import { access } from "../rooms/rooms-access.ts";\nexport * from "../rooms/on-left.ts";\nexport const good = access;',
  [`${features}/messages/reaches-in.ts`]:
    'import type { findRoom } from "../rooms/rooms-store.ts";\nexport type Found = typeof findRoom;',
  [`${features}/messages/knows-door.ts`]: 'import { router } from "../../http/router.ts";\nexport const door = router;',
  [`${features}/messages/good.test.ts`]:
    'import { findRoom } from "../rooms/rooms-store.ts";\nexport const tested = findRoom;',
  [`${features}/messages/uses-test.ts`]: 'export { tested } from "./good.test.ts";',
  [`${features}/messages/cycle-a.ts`]: 'import { b } from "./cycle-b.ts";\nexport const a = () => b;',
  [`${features}/messages/cycle-b.ts`]: 'import { a } from "./cycle-a.ts";\nexport const b = () => a;',
  [`${features}/messages/types-a.ts`]:
    'import type { B } from "./types-b.ts";\nexport type A = B;\nexport const a = 1;',
  [`${features}/messages/types-b.ts`]:
    'import { a } from "./types-a.ts";\nexport type B = number;\nexport const b = a;',
};

const forbidden = [
  ["no-cycle", `${features}/messages/cycle-a.ts`],
  ["no-unresolvable", "packages/server/src/main.ts"],
  ["protocol-imports-zod-only", "packages/protocol/src/clocked.ts"],
  ["client-imports-below", "packages/client/src/upward.ts"],
  ["packages-by-name", "packages/client/src/by-path.ts"],
  ["features-meet-at-their-doors", `${features}/messages/reaches-in.ts`],
  ["features-know-no-door", `${features}/messages/knows-door.ts`],
  ["tests-are-not-imported", `${features}/messages/uses-test.ts`],
] as const;

type Violation = { rule: { name: string }; from: string };

describe("the import law", () => {
  const folder = mkdtempSync(join(tmpdir(), "pipit-import-law-"));
  let violations: Violation[] = [];

  beforeAll(async () => {
    writeProject(folder);
    violations = await cruise(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(forbidden)("%s refuses %s", (rule, from) => {
    expect(violations).toContainEqual(expect.objectContaining({ rule: expect.objectContaining({ name: rule }), from }));
  });

  test("nothing else is refused: doors, subscribers, lower packages, tests, cycles of types alone", () => {
    const refused = violations.map(({ rule, from }) => `${rule.name} ${from}`);
    expect(new Set(refused)).toEqual(new Set(forbidden.map((pair) => pair.join(" "))));
  });
});

function writeProject(folder: string): void {
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  put("package.json", JSON.stringify({ type: "module", workspaces: ["packages/*"] }));
  put("node_modules/zod/package.json", JSON.stringify({ name: "zod", exports: "./index.js" }));
  put("node_modules/zod/index.js", "export const z = 1;");
  for (const name of ["protocol", "client", "web"]) {
    const exports = { "./*": "./src/*.ts" };
    put(`packages/${name}/package.json`, JSON.stringify({ name: `@pipit/${name}`, type: "module", exports }));
    mkdirSync(join(folder, "node_modules/@pipit"), { recursive: true });
    symlinkSync(join(folder, "packages", name), join(folder, "node_modules/@pipit", name));
  }
  for (const [path, content] of Object.entries(sources)) put(path, content);
}

/** Runs the project's own rules over another folder; the tool's exit code is the number of violations. */
async function cruise(folder: string): Promise<Violation[]> {
  const program = join(projectRoot, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const config = join(projectRoot, ".dependency-cruiser.mjs");
  const args = [program, "--config", config, "--output-type", "json", "packages"];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}
