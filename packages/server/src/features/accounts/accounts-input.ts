/** What clients send to sign up and to sign in. */
import { text } from "@pipit/protocol/scalars";
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import { inspectInput } from "../../doors/inspect-input.ts";

export const passwordLength = { min: 8, max: 128 };
export const usernameLength = { min: 3, max: 32 };

// Dots stand between other characters only, as in the local part of an e-mail address: it becomes one.
export const usernamePattern = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i;

/** The domain of the addresses that stand for "no e-mail": the library wants one of each account (RFC 2606). */
const internalDomain = "@accounts.invalid";

const username = z
  .string()
  .min(usernameLength.min)
  .max(usernameLength.max)
  .regex(usernamePattern, { message: "must be letters, digits, . _ and -, begin with a letter or digit" })
  .toLowerCase();

const email = z
  .email()
  .max(254)
  .toLowerCase()
  .refine((address) => !isInternalEmail(address), { message: "must be an address of your own" });

// A password that no account can have is as wrong as any other, so signing in does not ask for the least length.
const givenPassword = z.string().min(1).max(passwordLength.max);
const newPassword = z.string().min(passwordLength.min).max(passwordLength.max);

export const signUpInput = z
  .object({ username: username.optional(), email: email.optional(), password: newPassword, name: text(1, 100) })
  .transform((input, context) => {
    const address = input.email ?? (input.username === undefined ? undefined : `${input.username}${internalDomain}`);
    if (address !== undefined) return { ...input, email: address };
    context.addIssue({ code: "custom", path: ["username"], message: "a username or an e-mail address is needed" });
    return z.NEVER;
  });

export const usernameSignInInput = z.object({ username, password: givenPassword });
export const emailSignInInput = z.object({ email, password: givenPassword });

/** Whether this address only stands for an account's having none. */
export function isInternalEmail(address: string): boolean {
  return address.endsWith(internalDomain);
}

/** Fields that are not known are left out. @throws {AppError} `invalid_request` */
export function parseInput<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  inspectInput(raw);
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  throw new AppError("invalid_request", { details });
}
