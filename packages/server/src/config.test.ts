/** Settings from the environment: what is accepted, what is refused, and how that is said. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, defaultConfig, readConfig } from "./config.ts";
import { renderConfigTable, settings } from "./config-table.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pipit-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, `value-${content.length}`);
  writeFileSync(path, content);
  return path;
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const secret = "a secret of thirty-two characters";

describe("an empty environment", () => {
  it("is enough: all settings have defaults", () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      dataDir: "./data",
      databaseUrl: undefined,
      migrate: true,
      allowedOrigins: [],
      trustProxy: false,
      jwtClaimUser: "sub",
      jwtClaimTenant: "tenant",
      accounts: true,
      rateLimits: true,
      rateSend: { points: 300, seconds: 10 },
      maxBodyBytes: 262_144,
      maxFrameBytes: 262_144,
      logLevel: "info",
    });
  });

  it("[M1][M2] gives 15 minutes to edit and 60 hours to delete", () => {
    expect(readConfig({})).toMatchObject({ editWindowSeconds: 15 * 60, deleteWindowSeconds: 60 * 60 * 60 });
  });

  it("a variable that is empty is not set", () => {
    const env = Object.fromEntries(Object.values(settings).map((entry) => [entry.env, ""]));
    expect(readConfig(env)).toEqual(readConfig({}));
  });

  it("what a host gives in code goes before the defaults", () => {
    expect(defaultConfig({ port: 0, rateSend: null })).toMatchObject({ port: 0, rateSend: null, migrate: true });
  });
});

describe("values", () => {
  it.each([
    ["PORT", "8080", { port: 8080 }],
    ["PORT", "0", { port: 0 }],
    ["PIPIT_MIGRATE", "off", { migrate: false }],
    [
      "PIPIT_ALLOWED_ORIGINS",
      " https://a.example , ,https://b.example",
      { allowedOrigins: ["https://a.example", "https://b.example"] },
    ],
    ["PIPIT_RATE_SEND", "5/60", { rateSend: { points: 5, seconds: 60 } }],
    ["PIPIT_RATE_SEND", "off", { rateSend: null }],
    ["DATABASE_URL", "postgres://u:p@db:5432/x", { databaseUrl: "postgres://u:p@db:5432/x" }],
    ["PIPIT_JWT_CLAIM_TENANT", "https://product.example/tenant", { jwtClaimTenant: "https://product.example/tenant" }],
    ["PIPIT_JWT_SECRET", secret, { jwtSecret: secret }],
    ["LOG_LEVEL", "silent", { logLevel: "silent" }],
  ])("%s=%s is taken", (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "65536"],
    ["PORT", "80.5"],
    ["PORT", " "],
    ["DATABASE_URL", "mysql://db/x"],
    ["PIPIT_MIGRATE", "yes"],
    ["PIPIT_JWT_SECRET", "too short"],
    ["PIPIT_ADMIN_KEY", "short"],
    ["PIPIT_ADMIN_KEY", `${secret} with spaces and é`],
    ["PIPIT_JWKS_URL", "ftp://keys.example/jwks"],
    ["PUBLIC_URL", "chat.example"],
    ["PIPIT_RATE_SEND", "5"],
    ["PIPIT_RATE_SEND", "-5/10"],
    ["PIPIT_RATE_SEND", "0/10"],
    ["PIPIT_RATE_SEND", "5/0"],
    ["PIPIT_MAX_BODY", "1"],
    ["PIPIT_MAX_FRAME", "99999999999"],
    ["LOG_LEVEL", "loud"],
  ])("%s=%s is refused by the variable's name", (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: .`))]);
  });

  it("all problems are told at once, and no secret is", () => {
    const problems = problemsOf({ PORT: "x", LOG_LEVEL: "x", PIPIT_JWT_SECRET: "hunter2", PIPIT_NO_SUCH: "1" });
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "LOG_LEVEL",
      "PIPIT_JWT_SECRET",
      "PIPIT_NO_SUCH",
      "PORT",
    ]);
    const error = new ConfigError(problems);
    expect(error.message).not.toContain("hunter2");
    for (const problem of problems) expect(error.message).toContain(problem);
  });

  it("a misspelt variable is a problem, another program's is not", () => {
    expect(problemsOf({ PIPIT_RATE_LIMIT: "off" })).toEqual(["PIPIT_RATE_LIMIT: there is no such setting"]);
    expect(problemsOf({ PATH: "/bin", HOME: "/", NODE_ENV: "production" })).toEqual([]);
  });
});

describe("values in files", () => {
  it("are read from NAME_FILE, without the line's end", () => {
    expect(readConfig({ PIPIT_JWT_SECRET_FILE: file(`${secret}\n`), PORT_FILE: file("81\n") })).toMatchObject({
      jwtSecret: secret,
      port: 81,
    });
  });

  it("are checked like others, and given in one way only", () => {
    expect(problemsOf({ PORT_FILE: file("eighty") })).toEqual([expect.stringMatching(/^PORT: /)]);
    expect(problemsOf({ PORT: "80", PORT_FILE: file("81") })).toEqual([expect.stringMatching(/^PORT: .*PORT_FILE/)]);
    expect(problemsOf({ PORT_FILE: join(folder, "missing") })).toEqual([expect.stringMatching(/^PORT_FILE: .*ENOENT/)]);
  });
});

describe("the table", () => {
  it("has a variable and a sentence for each setting, and no variable twice", () => {
    const rows = Object.values(settings);
    expect(new Set(rows.map((row) => row.env)).size).toBe(rows.length);
    for (const { env, about } of rows)
      expect([env, about]).toEqual([expect.stringMatching(/^[A-Z][A-Z0-9_]+$/), expect.stringMatching(/\.$/)]);
    for (const { env } of rows) expect(renderConfigTable()).toContain(`| \`${env}\` |`);
  });
});
