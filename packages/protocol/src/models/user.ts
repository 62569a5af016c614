/** A user as others of the tenant see them. */
import { z } from "zod";

export const userRoles = ["user", "moderator", "admin"] as const;

export const user = z
  .object({
    id: z.string(),
    name: z.string(),
    avatar_url: z.string().nullable(),
    role: z.enum(userRoles),
  })
  .meta({ id: "User" });

export type User = z.infer<typeof user>;
export type UserRole = (typeof userRoles)[number];
