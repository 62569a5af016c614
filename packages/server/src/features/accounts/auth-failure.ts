/** What better-auth's refusals are called in Pipit's closed list of codes. */
import type { ErrorCode } from "@pipit/protocol/errors";
import { z } from "zod";
import { AppError } from "../../app-error.ts";

type Meaning = { code: ErrorCode; message: string };

// The same words for an unknown account and for a wrong password: nobody learns which accounts exist.
const wrongCredentials: Meaning = { code: "unauthenticated", message: "The name or the password is wrong." };
const alreadyTaken: Meaning = { code: "conflict", message: "There is an account of that name or address." };
const accountsFault: Meaning = { code: "internal", message: "The account could not be made." };
const accountsAway: Meaning = { code: "unavailable", message: "Sessions can't be read for the moment." };

/** By status and code of the library's answer; for all others the status decides. */
const meanings: Record<string, Meaning> = {
  "401 INVALID_EMAIL_OR_PASSWORD": wrongCredentials,
  "401 INVALID_USERNAME_OR_PASSWORD": wrongCredentials,
  "400 USERNAME_IS_ALREADY_TAKEN": alreadyTaken,
  "422 USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL": alreadyTaken,
  "422 FAILED_TO_CREATE_USER": accountsFault,
  "500 FAILED_TO_GET_SESSION": accountsAway,
};

const codesByStatus: Record<number, ErrorCode> = {
  400: "invalid_request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  422: "invalid_request",
  429: "rate_limited",
};

const refusal = z.object({ code: z.string() });

/** The error that a refusal of the library stands for. */
export async function toAppError(response: Response): Promise<AppError> {
  const name = findRefusalCode(await response.text());
  const cause = new Error(`better-auth answered ${response.status} ${name ?? "without a code"}`);
  const meaning = meanings[`${response.status} ${name}`];
  if (meaning) return new AppError(meaning.code, { message: meaning.message, cause });
  const code = codesByStatus[response.status] ?? "internal";
  if (code !== "rate_limited") return new AppError(code, { cause });
  const retryAfterSeconds = Number(response.headers.get("x-retry-after")) || 1;
  return new AppError(code, { message: "Too many requests; please wait.", cause, retryAfterSeconds });
}

/** @param cause what made the account fail */
export function alreadyTakenError(cause: unknown): AppError {
  return new AppError(alreadyTaken.code, { message: alreadyTaken.message, cause });
}

function findRefusalCode(body: string): string | undefined {
  try {
    return refusal.safeParse(JSON.parse(body)).data?.code;
  } catch {
    // Some refusals have no body; their status says enough.
    return undefined;
  }
}
