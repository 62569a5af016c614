/** The host product's own calls, made with the admin key. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import type { Rest } from "../../../test/setup/rest-client.ts";
import { codeOf } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer, testAdminKey } from "../../../test/setup/test-server.ts";

const clock = createFakeClock();
let server: TestServer;
let ada: Person;
let admin: Rest;

beforeAll(async () => {
  server = await startTestServer({ clock });
  ada = await server.person("ada");
  admin = server.rest(testAdminKey);
});
afterAll(() => server.close());

async function tokenFor(body: object): Promise<{ token: string; expires_at: string }> {
  const reply = await admin.post("/admin/tokens", body);
  expect([reply.status, codeOf(reply)]).toEqual([201, "ok"]);
  return reply.body.data;
}

describe("admin.upsertUser", () => {
  it("makes a user, and later sets what is given of them and nothing else", async () => {
    const picture = "https://pictures.example/1.png";
    const made = await admin.put("/admin/users/made", { name: "Made", avatar_url: picture, role: "moderator" });
    expect(made.body.data).toEqual({ id: "made", name: "Made", avatar_url: picture, role: "moderator" });
    const renamed = await admin.put("/admin/users/made", { name: "Renamed" });
    expect(renamed.body.data).toEqual({ id: "made", name: "Renamed", avatar_url: picture, role: "moderator" });
    expect((await admin.put("/admin/users/made", {})).body.data).toEqual(renamed.body.data);
    const bare = await admin.put("/admin/users/made", { avatar_url: null, role: "user" });
    expect(bare.body.data).toEqual({ id: "made", name: "Renamed", avatar_url: null, role: "user" });
    expect((await ada.rest.get("/users/made")).body.data).toMatchObject(bare.body.data);
  });

  it("takes effect for a user who is at work already", async () => {
    await admin.put("/admin/users/ada", { name: "Ada Lovelace", role: "admin" });
    expect((await ada.rest.get("/users/me")).body.data).toMatchObject({ name: "Ada Lovelace", role: "admin" });
  });

  it("names the user in the path, whatever the body says", async () => {
    const reply = await admin.put("/admin/users/by-path", { user_id: "by-body", name: "X" });
    expect(reply.body.data.id).toBe("by-path");
    expect(codeOf(await ada.rest.get("/users/by-body"))).toBe("not_found");
  });

  it("[G9] acts on the tenant that it names, and on that one only", async () => {
    await admin.put("/admin/users/twin", { name: "Here" });
    await admin.put("/admin/users/twin", { name: "There", tenant_id: "elsewhere" });
    const stranger = await server.person("stranger", "elsewhere");
    expect((await ada.rest.get("/users/twin")).body.data.name).toBe("Here");
    expect((await stranger.rest.get("/users/twin")).body.data.name).toBe("There");
  });

  it("refuses what no user can have", async () => {
    for (const body of [{ role: "owner" }, { name: " " }, { tenant_id: "a/b" }, { avatar_url: "ftp://x" }]) {
      expect(codeOf(await admin.put("/admin/users/x", body)), JSON.stringify(body)).toBe("invalid_request");
    }
    expect(codeOf(await admin.put("/admin/users/a%20b", {}))).toBe("invalid_request");
  });
});

describe("admin.issueToken", () => {
  it("[W6] names the user and when it expires: it opens the doors until then", async () => {
    const { token, expires_at } = await tokenFor({ user_id: "guest", expires_in: 120 });
    expect(new Date(expires_at).getTime() - clock.now().getTime()).toBeGreaterThan(119_000 - 1);
    expect(new Date(expires_at).getTime() - clock.now().getTime()).toBeLessThanOrEqual(120_000);
    expect((await server.rest(token).get("/users/me")).body.data).toMatchObject({ id: "guest" });
    await server.socket({ ...ada, id: "guest", token });
    clock.pass(119);
    expect((await server.rest(token).get("/users/me")).status).toBe(200);
    // Five seconds are forgiven, for clocks that differ.
    clock.pass(7);
    expect(codeOf(await server.rest(token).get("/users/me"))).toBe("unauthenticated");
  });

  it("makes the user if need be, and changes nothing of one who is there", async () => {
    await admin.put("/admin/users/known", { name: "Known", role: "moderator" });
    const { token } = await tokenFor({ user_id: "known" });
    expect((await server.rest(token).get("/users/me")).body.data).toMatchObject({ name: "Known", role: "moderator" });
    await tokenFor({ user_id: "unknown" });
    expect((await ada.rest.get("/users/unknown")).body.data).toMatchObject({ id: "unknown", name: "unknown" });
  });

  it("[G9] is for the tenant that it names", async () => {
    const { token } = await tokenFor({ user_id: "ada", tenant_id: "elsewhere" });
    expect((await server.rest(token).get("/users/me")).body.data).toMatchObject({ id: "ada", role: "user" });
    expect(codeOf(await server.rest(token).get("/users/known"))).toBe("not_found");
  });

  it("[G11] lives for a day at most, and a minute at least", async () => {
    for (const expires_in of [59, 86_401, 0, -1, 1.5, "900"]) {
      expect(codeOf(await admin.post("/admin/tokens", { user_id: "x", expires_in }))).toBe("invalid_request");
    }
  });
});

describe("the admin key", () => {
  it("is not a user's token, nor the other way round", async () => {
    expect(codeOf(await admin.get("/users/me"))).toBe("unauthenticated");
    for (const key of [undefined, ada.token, `${testAdminKey}x`, testAdminKey.slice(0, -1)]) {
      expect(codeOf(await server.rest(key).put("/admin/users/x", {}))).toBe("unauthenticated");
      expect(codeOf(await server.rest(key).post("/admin/tokens", { user_id: "ada" }))).toBe("unauthenticated");
    }
  });

  it("a user who is an admin of the product does not hold it", async () => {
    await admin.put("/admin/users/ada", { role: "admin" });
    expect(codeOf(await ada.rest.put("/admin/users/x", {}))).toBe("unauthenticated");
  });
});
