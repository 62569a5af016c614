import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signToken } from "./token.ts";

test("a token names its user, runs out, and is signed with the secret", () => {
  const token = signToken("s".repeat(32), { userId: "ada", tenantId: "acme" });
  const [header = "", claims = "", signature] = token.split(".");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "HS256", typ: "JWT" });
  const { iat, exp, ...rest } = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect(rest).toEqual({ sub: "ada", name: "ada", tenant: "acme" });
  expect(exp - iat).toBe(3600);
  expect(signature).toBe(createHmac("sha256", "s".repeat(32)).update(`${header}.${claims}`).digest("base64url"));
});

test("without a tenant the claim is absent", () => {
  const claims = signToken("s".repeat(32), { userId: "ada" }).split(".")[1] ?? "";
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).not.toHaveProperty("tenant");
});
