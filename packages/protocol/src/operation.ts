/** What an operation is: one thing that a client may ask for, and the doors it is reached through. */
import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

/** A class of operations that share one rate limit a user. */
export type LimitClass = "read" | "write" | "send" | "receipt" | "presence" | "service";

/**
 * Who may call:
 * `service` holds the admin key; `user` is anyone signed in, acting on what is their own or open to the tenant;
 * `member` is a member of the room in question; `reader` is one, or was one and has not forgotten it; `former` was one, and is
 * none any more; `poster`, `editor` and `adder` are members whom the room's settings
 * allow to send, edit its info or add people; `author` wrote the message, or uploaded the medium; `author_or_admin` wrote
 * it, or governs its room; `uploader` asked for an upload, of which nobody else may know;
 * `admin` governs the room (admin or owner); `owner` owns it.
 */
export type Access =
  | "service"
  | "user"
  | "member"
  | "reader"
  | "former"
  | "poster"
  | "editor"
  | "adder"
  | "author"
  | "author_or_admin"
  | "uploader"
  | "admin"
  | "owner";

export type RestDoor = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: `/${string}`;
  status?: 200 | 201;
  /** Where the path calls an input field by another name: that name, and the field's. */
  rename?: Record<string, string>;
};

/**
 * The event a client emits, the event that answers it when there is no acknowledgement callback (null: nothing answers),
 * and the event of failure.
 */
export type SocketDoor = {
  event: string;
  reply: string | null;
  error: string;
  /** The reply event carries a page whole, `{ data, pagination }`: of lists that nobody reads otherwise than in pages. */
  isWholePage?: true;
};

export type Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> = {
  summary: string;
  access: Access;
  limit: LimitClass;
  input: Input;
  output: Output;
  /** The output is a page: handlers give `{ items, pagination }`, clients get `data` and `pagination`. */
  paged?: boolean;
  rest?: RestDoor;
  socket?: SocketDoor;
  errors: readonly ErrorCode[];
};

/** Declares an operation, keeping the exact types of its schemas. */
export function operation<const Definition extends Operation>(definition: Definition): Definition {
  return definition;
}

/** Codes that any operation may answer with. */
export const commonErrors = [
  "invalid_request",
  "unauthenticated",
  "too_large",
  "rate_limited",
  "unavailable",
  "storage_full",
  "internal",
] as const satisfies readonly ErrorCode[];
