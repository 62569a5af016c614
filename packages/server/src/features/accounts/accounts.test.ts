/** Accounts, through their handler and on a real PostgreSQL. */
import type { BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/setup/test-database.ts";
import { createPool } from "../../db/database.ts";
import { createLog } from "../../log.ts";
import { type Accounts, type AccountsOptions, type Caller, createAccounts } from "./accounts.ts";
import { createAuth } from "./create-auth.ts";

const origin = "http://chat.example";
const password = "correct horse battery";
const log = createLog("fatal");

let database: TestDatabase;
let pool: pg.Pool;
let accounts: Accounts;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ connectionString: database.url }, 4, log);
  accounts = accountsWith({});
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query("delete from auth_users");
});

function accountsWith(options: Partial<AccountsOptions>): Accounts {
  return createAccounts({
    pool,
    secret: "a secret of the test that is long enough",
    baseUrl: origin,
    trustedOrigins: ["https://app.example"],
    issueToken: async ({ id, name }) => ({ token: `jwt of ${id} ${name}`, expires_at: "2030-01-01T00:00:00.000Z" }),
    endSession: async (userId, id) => {
      await pool.query("delete from auth_sessions where id = $1 and user_id = $2", [id, userId]);
    },
    rateLimits: false,
    log,
    ...options,
  });
}

type Sent = {
  headers?: Record<string, string>;
  raw?: string | Uint8Array<ArrayBuffer>;
  from?: Accounts;
  caller?: Caller;
};

async function post(path: string, body?: object, { headers = {}, raw, from = accounts, caller }: Sent = {}) {
  const request = new Request(`${origin}/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(raw !== undefined ? { body: raw } : body ? { body: JSON.stringify(body) } : {}),
  });
  return read(await from.handle(request, caller));
}

async function get(path: string, headers: Record<string, string> = {}) {
  return read(await accounts.handle(new Request(`${origin}/api/auth${path}`, { headers })));
}

type Body = {
  token?: string;
  retry_after?: number;
  user: { id: string; username: string | null; email: string | null };
};
type Reply = { status: number; headers: Headers; body: Body };

async function read(response: Response): Promise<Reply> {
  // What the body really is, each test checks.
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

function signUp(fields: object) {
  return post("/sign-up/email", { name: "Ada", password, ...fields });
}

function bearerOf(reply: Reply): Record<string, string> {
  return { authorization: `Bearer ${reply.headers.get("set-auth-token")}` };
}

function cookieOf(reply: Reply): string {
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

function expectFailure(reply: Reply, status: number, code: string) {
  expect(reply.body).toMatchObject({ success: false, code, error: expect.any(String), request_id: expect.any(String) });
  expect(reply.status).toBe(status);
}

describe("sign-up", () => {
  it("needs a username alone, and shows no e-mail address then", async () => {
    const made = await signUp({ username: "Ada.Lovelace" });
    expect(made.status).toBe(200);
    expect(made.body.user).toMatchObject({ username: "ada.lovelace", name: "Ada", email: null });
    const seen = [made, await get("/get-session", bearerOf(made))];
    seen.push(await post("/sign-in/username", { username: "ADA.lovelace", password }));
    for (const reply of seen) {
      expect(reply.status).toBe(200);
      expect(JSON.stringify(reply.body)).not.toContain("accounts.invalid");
    }
  });

  it("needs an e-mail address alone", async () => {
    const made = await signUp({ email: "Ada@Example.org" });
    expect(made.body.user).toMatchObject({ email: "ada@example.org", username: null });
    expect((await post("/sign-in/email", { email: "ADA@example.org", password })).status).toBe(200);
  });

  it("takes both, and either signs in to the one account", async () => {
    const made = await signUp({ username: "ada", email: "ada@example.org" });
    const byName = await post("/sign-in/username", { username: "ada", password });
    const byEmail = await post("/sign-in/email", { email: "ada@example.org", password });
    expect([byName.body.user.id, byEmail.body.user.id]).toEqual([made.body.user.id, made.body.user.id]);
  });

  it("refuses a name or an address that is taken, whatever its case", async () => {
    await signUp({ username: "ada", email: "ada@example.org" });
    expectFailure(await signUp({ username: "ADA" }), 409, "conflict");
    expectFailure(await signUp({ email: "Ada@example.org" }), 409, "conflict");
    expectFailure(await signUp({ username: "ada", email: "other@example.org" }), 409, "conflict");
  });

  it("gives a name to one of many who ask at once, and leaves nothing of the others", async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => signUp({ username: "ada" })));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, ...Array(7).fill(409)]);
    const { rows } = await pool.query("select provider_id from auth_credentials");
    expect(rows).toEqual([{ provider_id: "credential" }]);
  });

  it.each([
    ["neither username nor e-mail", {}],
    ["a weak password", { username: "ada", password: "seven77" }],
    ["a password of 129 characters", { username: "ada", password: "x".repeat(129) }],
    ["a username of two letters", { username: "ad" }],
    ["a username of 33 letters", { username: "a".repeat(33) }],
    ["a username with a space", { username: "a da" }],
    ["a username that ends in a dot", { username: "ada." }],
    ["a blank name", { username: "ada", name: " " }],
    ["a name of 101 characters", { username: "ada", name: "x".repeat(101) }],
    ["what is no e-mail address", { email: "ada" }],
    ["an address of accounts without one", { email: "ada@Accounts.Invalid" }],
    ["NUL in the name", { username: "ada", name: "A\0da" }],
    ["NUL in the password", { username: "ada", password: `${password}\0` }],
    ["NUL in the username", { username: "ada\0" }],
    ["NUL in the e-mail address", { email: "ada\0@example.org" }],
    ["half a surrogate pair", { username: "ada", name: "\ud800" }],
    ["a number as password", { username: "ada", password: 12345678 }],
    ["a list as username", { username: ["ada"] }],
    ["null as e-mail", { email: null }],
  ])("refuses %s", async (_, fields) => {
    expectFailure(await signUp(fields), 400, "invalid_request");
    expect((await pool.query("select id from auth_users")).rows).toEqual([]);
  });

  it("stores no password, and no fields that it was not asked to", async () => {
    await signUp({ username: "ada", image: "https://example.org/a.png", emailVerified: true, id: "chosen" });
    const { rows } = await pool.query("select id, image, email_verified from auth_users");
    expect(rows[0]).toMatchObject({ image: null, email_verified: false });
    expect(rows[0].id).toMatch(/^[0-9a-f-]{36}$/);
    const stored = await pool.query("select password from auth_credentials");
    expect(stored.rows[0].password).not.toContain(password);
  });
});

describe("sign-in", () => {
  it("answers a wrong password and an unknown account alike", async () => {
    await signUp({ username: "ada", email: "ada@example.org" });
    const wrong = "wrong password";
    const replies = [
      await post("/sign-in/username", { username: "ada", password: wrong }),
      await post("/sign-in/username", { username: "nobody", password: wrong }),
      await post("/sign-in/email", { email: "ada@example.org", password: wrong }),
      await post("/sign-in/email", { email: "nobody@example.org", password: wrong }),
    ];
    for (const reply of replies) {
      expectFailure(reply, 401, "unauthenticated");
      expect({ ...reply.body, request_id: "" }).toEqual({ ...replies[0]?.body, request_id: "" });
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
  });

  it("does not take the internal address of an account without e-mail", async () => {
    await signUp({ username: "ada" });
    expectFailure(await post("/sign-in/email", { email: "ada@accounts.invalid", password }), 400, "invalid_request");
  });

  it("opens a session of 30 days in a cookie that scripts and other sites don't get", async () => {
    await signUp({ username: "ada" });
    const [cookie] = (await post("/sign-in/username", { username: "ada", password })).headers.getSetCookie();
    expect(cookie).toMatch(/^pipit\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    const { rows } = await pool.query(
      "select round(extract(epoch from expires_at - now()) / 86400) as days from auth_sessions",
    );
    expect(rows.map((row) => Number(row.days))).toEqual([30, 30]);
  });

  it("makes the cookie Secure where the server is reached by https", async () => {
    const from = accountsWith({ baseUrl: "https://chat.example/path" });
    const made = await post("/sign-up/email", { username: "ada", name: "Ada", password }, { from });
    expect(made.headers.getSetCookie()[0]).toMatch(/^__Secure-pipit\.session_token=.*; Secure;/);
    const token = await post("/token", undefined, { from, headers: { cookie: cookieOf(made) } });
    expect(token.status).toBe(200);
  });

  it("forgets sessions that have run out", async () => {
    await signUp({ username: "ada" });
    await pool.query("update auth_sessions set expires_at = now() - interval '1 second'");
    await post("/sign-in/username", { username: "ada", password });
    expect((await pool.query("select expires_at > now() as open from auth_sessions")).rows).toEqual([{ open: true }]);
  });
});

describe("token", () => {
  it("is given for a session in a cookie, as a bearer, or as the token in the body of the sign-in", async () => {
    const made = await signUp({ username: "ada" });
    const expected = { token: `jwt of ${made.body.user.id} Ada`, expires_at: "2030-01-01T00:00:00.000Z" };
    for (const headers of [
      { cookie: cookieOf(made) },
      bearerOf(made),
      { authorization: `Bearer ${made.body.token}` },
    ] as Record<string, string>[]) {
      const reply = await post("/token", undefined, { headers });
      expect(reply.body).toEqual({ success: true, data: expected });
      expect(reply.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("is refused at once after sign-out", async () => {
    const made = await signUp({ username: "ada" });
    const other = await post("/sign-in/username", { username: "ada", password });
    const out = await post("/sign-out", undefined, { headers: bearerOf(made) });
    expect(out.body).toEqual({ success: true });
    expectFailure(await post("/token", undefined, { headers: bearerOf(made) }), 401, "unauthenticated");
    expectFailure(await post("/token", undefined, { headers: { cookie: cookieOf(made) } }), 401, "unauthenticated");
    expect((await get("/get-session", bearerOf(made))).body).toBeNull();
    expect((await post("/token", undefined, { headers: bearerOf(other) })).status).toBe(200);
  });

  it("is refused when the session has run out", async () => {
    const made = await signUp({ username: "ada" });
    await pool.query("update auth_sessions set expires_at = now() - interval '1 second'");
    expectFailure(await post("/token", undefined, { headers: bearerOf(made) }), 401, "unauthenticated");
  });

  it("is refused without a session, and for whatever is none", async () => {
    const made = await signUp({ username: "ada" });
    const [value = ""] = made.headers.get("set-auth-token")?.split(".") ?? [];
    const forged: Record<string, string>[] = [
      {},
      { authorization: "Bearer " },
      { authorization: "Basic YWRhOmFkYQ==" },
      { authorization: "Bearer abc%00def" },
      { authorization: "Bearer %E0%A4%A" },
      { authorization: `Bearer ${value}.c2lnbmF0dXJl` },
      { authorization: `Bearer ${value}%00` },
      { authorization: `Bearer ${"x".repeat(8000)}` },
      { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ." },
      { cookie: `pipit.session_token=${value}` },
      { cookie: "pipit.session_token=%00.%00" },
      { cookie: "pipit.session_token=%E0%A4%A" },
      { cookie: "=;;;=" },
    ];
    for (const headers of forged) {
      expectFailure(await post("/token", undefined, { headers }), 401, "unauthenticated");
      const shown = await get("/get-session", headers);
      expect([shown.status, shown.body]).toEqual([200, null]);
      expect((await post("/sign-out", undefined, { headers })).status).toBe(200);
    }
  });

  it("prolongs a session that is in use", async () => {
    const made = await signUp({ username: "ada" });
    await pool.query("update auth_sessions set expires_at = now() + interval '1 hour'");
    const reply = await post("/token", undefined, { headers: { cookie: cookieOf(made) } });
    expect(reply.headers.getSetCookie()[0]).toContain("Max-Age=2592000");
    const { rows } = await pool.query("select expires_at > now() + interval '29 days' as long from auth_sessions");
    expect(rows).toEqual([{ long: true }]);
  });
});

describe("requests that are not right", () => {
  it.each([
    ["malformed JSON", "{", 400, "invalid_request"],
    ["no body", "", 400, "invalid_request"],
    ["a list", "[]", 400, "invalid_request"],
    ["null", "null", 400, "invalid_request"],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "invalid_request"],
    ["JSON nested deeply", `${"[".repeat(8000)}${"]".repeat(8000)}`, 400, "invalid_request"],
    ["a body of more than 16 KB", `"${"x".repeat(16 * 1024)}"`, 413, "too_large"],
  ])("gives %s its code", async (_, raw, status, code) => {
    for (const path of ["/sign-up/email", "/sign-in/username", "/sign-in/email"]) {
      expectFailure(await post(path, undefined, { raw }), status, code);
    }
  });

  it("takes JSON alone, so that no form of another site can sign in", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const reply = await post("/sign-in/username", undefined, { headers, raw: "username=ada&password=x" });
    expectFailure(reply, 415, "unsupported_type");
  });

  it("offers nothing else of the library", async () => {
    for (const path of ["/is-username-available", "/change-email", "/delete-user", "/sign-in/social", "/error", ""]) {
      expectFailure(await post(path, {}), 404, "not_found");
    }
    expectFailure(await get("/token"), 404, "not_found");
  });

  it("says unavailable, not that the password is wrong, while the database is away", async () => {
    const away = new pg.Pool({ host: "127.0.0.1", port: 1, max: 1 });
    const from = accountsWith({ pool: away });
    const credentials = { username: "ada", password };
    expectFailure(await post("/sign-in/username", credentials, { from }), 503, "unavailable");
    expectFailure(await post("/sign-up/email", { ...credentials, name: "Ada" }, { from }), 503, "unavailable");
    const headers = { authorization: "Bearer token" };
    expectFailure(await post("/token", undefined, { from, headers }), 503, "unavailable");
    expectFailure(await post("/sign-out", undefined, { from, headers }), 503, "unavailable");
    await away.end();
  });
});

describe("origins", () => {
  it("refuses what pages of another origin send, with a cookie or without", async () => {
    const made = await signUp({ username: "ada" });
    for (const evil of ["https://evil.example", "null", "https://chat.example.evil.example"]) {
      const withCookie = { cookie: cookieOf(made), origin: evil };
      expectFailure(await post("/token", undefined, { headers: withCookie }), 403, "forbidden");
      expectFailure(await post("/sign-out", undefined, { headers: withCookie }), 403, "forbidden");
      expectFailure(await get("/get-session", withCookie), 403, "forbidden");
      const credentials = { username: "ada", password };
      expectFailure(await post("/sign-in/username", credentials, { headers: { origin: evil } }), 403, "forbidden");
    }
    expect((await post("/token", undefined, { headers: { cookie: cookieOf(made) } })).status).toBe(200);
  });

  it("serves its own pages and those of trusted origins", async () => {
    const made = await signUp({ username: "ada" });
    for (const own of [origin, "https://chat.example", "https://app.example"]) {
      const headers = { cookie: cookieOf(made), origin: own };
      expect((await post("/token", undefined, { headers })).status).toBe(200);
    }
  });

  it("lets all origins sign in where * is trusted, but never by a cookie", async () => {
    const from = accountsWith({ trustedOrigins: ["*"] });
    const made = await signUp({ username: "ada" });
    const foreign = { origin: "https://other.example" };
    const signIn = await post("/sign-in/username", { username: "ada", password }, { from, headers: foreign });
    expect(signIn.status).toBe(200);
    const headers = { ...foreign, cookie: cookieOf(made) };
    expectFailure(await post("/token", undefined, { from, headers }), 403, "forbidden");
  });
});

describe("limits", () => {
  it("stops guessing at an account after ten wrong passwords, by whichever name and from wherever", async () => {
    const from = accountsWith({ rateLimits: true });
    await signUp({ username: "ada", email: "ada@example.org" });
    await signUp({ username: "bob" });
    const attempt = (index: number, guess: string) =>
      index % 2 === 0
        ? post(
            "/sign-in/username",
            { username: "ada", password: guess },
            { from, caller: { address: `10.1.0.${index}` } },
          )
        : post(
            "/sign-in/email",
            { email: "ada@example.org", password: guess },
            { from, caller: { address: `10.1.1.${index}` } },
          );
    const replies = await Promise.all(Array.from({ length: 14 }, (_, index) => attempt(index, "wrong password")));
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
    const right = await attempt(20, password);
    expectFailure(right, 429, "rate_limited");
    expect(Number(right.headers.get("retry-after"))).toBeGreaterThan(800);
    expect(right.body.retry_after).toBeLessThanOrEqual(900);
    const bob = await post(
      "/sign-in/username",
      { username: "bob", password },
      { from, caller: { address: "10.1.0.1" } },
    );
    expect(bob.status).toBe(200);
  });

  it("treats an account that is not there in the same way", async () => {
    const from = accountsWith({ rateLimits: true });
    for (let index = 0; index <= 10; index += 1) {
      const caller = { address: `10.2.0.${index}` };
      const reply = await post("/sign-in/username", { username: "ghost", password }, { from, caller });
      expectFailure(reply, index < 10 ? 401 : 429, index < 10 ? "unauthenticated" : "rate_limited");
    }
  });

  it("does not count right passwords", async () => {
    const from = accountsWith({ rateLimits: true });
    await signUp({ username: "ada" });
    for (let index = 0; index < 12; index += 1) {
      const caller = { address: `10.3.0.${index}` };
      expect((await post("/sign-in/username", { username: "ada", password }, { from, caller })).status).toBe(200);
    }
  });

  it("limits attempts by address, which clients can't choose", async () => {
    const from = accountsWith({ rateLimits: true });
    const attempt = (index: number, address: string) => {
      const headers = { "x-forwarded-for": `10.9.0.${index}`, "x-pipit-client-address": `10.9.0.${index}` };
      const credentials = { username: `user${index}`, password: "wrong password" };
      return post("/sign-in/username", credentials, { from, headers, caller: { address } });
    };
    const replies = await Promise.all(Array.from({ length: 31 }, (_, index) => attempt(index, "10.4.0.1")));
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(30).fill(401), 429]);
    const refused = await attempt(31, "10.4.0.1");
    expectFailure(refused, 429, "rate_limited");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(30);
    expect((await attempt(32, "10.4.0.2")).status).toBe(401);
  });

  it("limits sign-ups by address", async () => {
    const from = accountsWith({ rateLimits: true });
    await signUp({ username: "ada" });
    const attempt = () =>
      post("/sign-up/email", { username: "ada", name: "Ada", password }, { from, caller: { address: "10.5.0.1" } });
    const replies = await Promise.all(Array.from({ length: 21 }, attempt));
    expect(replies.map((reply) => reply.status).sort()).toEqual([...Array(20).fill(409), 429]);
  });
});

describe("the migration", () => {
  it("makes what the library would make, and nothing is missing", async () => {
    const warnings: string[] = [];
    const { options } = createAuth({ pool, secret: "s".repeat(32), origin, rateLimits: true, log });
    const logger = { level: "warn", log: (_level: string, message: string) => warnings.push(message) } as const;
    const plan = await getMigrations({ ...options, logger });
    expect({ ...plan, warnings }).toMatchObject({
      toBeCreated: [],
      toBeAdded: [],
      toBeAddedIndexes: [],
      unsafeChanges: [],
      schemaProblems: [],
      warnings: [],
    });
    expect(await listColumns("public")).toEqual(await listColumns(await migrateByLibrary(options)));
  });
});

// The library's own migration, in a schema beside ours.
async function migrateByLibrary(options: BetterAuthOptions): Promise<string> {
  const schema = "by_library";
  await pool.query(`create schema ${schema}`);
  const theirs = new pg.Pool({ connectionString: database.url, max: 1, options: `-c search_path=${schema}` });
  await (await getMigrations({ ...options, database: theirs })).runMigrations();
  await theirs.end();
  return schema;
}

async function listColumns(schema: string) {
  const { rows } = await pool.query(
    `select c.table_name, c.column_name, c.data_type, c.is_nullable, exists (
       select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and i.indisunique
         and a.attname = c.column_name
     ) as is_unique
     from information_schema.columns c where c.table_schema = $1 and c.table_name like 'auth\\_%' order by 1, 2`,
    [schema],
  );
  return rows;
}
