/** Operations on users, and the host product's own operations. */
import { z } from "zod";
import { user, userProfile, userRoles } from "../models/user.ts";
import { operation } from "../operation.ts";
import { cursor, pageLimit, pictureUrl, tenantId, text, timestamp, userId } from "../scalars.ts";

const name = text(1, 100);

export const userOperations = {
  "users.me": operation({
    summary: "The caller.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: userProfile,
    rest: { method: "GET", path: "/users/me" },
    errors: [],
  }),
  "users.update": operation({
    summary: "Change one's own name or picture.",
    access: "user",
    limit: "write",
    input: z.object({ name: name.optional(), avatar_url: pictureUrl.nullish() }),
    output: userProfile,
    rest: { method: "PATCH", path: "/users/me" },
    errors: [],
  }),
  "users.get": operation({
    summary: "A user of the caller's tenant.",
    access: "user",
    limit: "read",
    input: z.object({ user_id: userId }),
    output: userProfile,
    rest: { method: "GET", path: "/users/:user_id" },
    errors: ["not_found"],
  }),
  "users.search": operation({
    summary: "Users of the caller's tenant whose id is q, or a word of whose name begins with q.",
    access: "user",
    limit: "read",
    input: z.object({ q: text(1, 100), limit: pageLimit, cursor: cursor.optional() }),
    output: z.array(userProfile),
    paged: true,
    rest: { method: "GET", path: "/users" },
    errors: [],
  }),
  "admin.upsertUser": operation({
    summary: "Create a user or replace what is given of one.",
    access: "service",
    limit: "service",
    input: z.object({
      user_id: userId,
      tenant_id: tenantId.default("default"),
      name: name.optional(),
      avatar_url: pictureUrl.nullish(),
      role: z.enum(userRoles).optional(),
    }),
    output: user,
    rest: { method: "PUT", path: "/admin/users/:user_id" },
    errors: [],
  }),
  "admin.issueToken": operation({
    summary: "Issue a token for a user, who is made if need be.",
    access: "service",
    limit: "service",
    input: z.object({
      user_id: userId,
      tenant_id: tenantId.default("default"),
      expires_in: z.int().min(60).max(86_400).default(900).describe("Seconds."),
    }),
    output: z.object({ token: z.string(), expires_at: timestamp }),
    rest: { method: "POST", path: "/admin/tokens", status: 201 },
    errors: [],
  }),
};
