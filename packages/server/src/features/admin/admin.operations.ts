/** The host product's own calls, made with the admin key. */
import type { Handlers } from "../../context.ts";
import { issueToken } from "./issue-token.ts";
import { upsertUser } from "./upsert-user.ts";

export const adminHandlers = {
  "admin.upsertUser": upsertUser,
  "admin.issueToken": issueToken,
} satisfies Partial<Handlers>;
