/** A user as others of the tenant see them. */
import { z } from "zod";
import { presence } from "./presence.ts";

export const userRoles = ["user", "moderator", "admin"] as const;

export const user = z
  .object({
    id: z.string(),
    name: z.string(),
    avatar_url: z.string().nullable(),
    role: z.enum(userRoles),
  })
  .meta({ id: "User" });

/** The same, with what of their presence the caller may know. */
export const userProfile = user.extend(presence.omit({ user_id: true }).shape).meta({ id: "UserProfile" });

export type User = z.infer<typeof user>;
export type UserProfile = z.infer<typeof userProfile>;
export type UserRole = (typeof userRoles)[number];
