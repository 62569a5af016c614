/** What both documents say of an operation in words. */
import { errorCodes } from "../errors.ts";
import type { Access, Operation } from "../operation.ts";
import { codes } from "./failure.ts";

const callers: Record<Access, string> = {
  service: "the host product, with its admin key",
  user: "anyone signed in, acting on what is their own or open to their tenant",
  member: "a member of the room",
  reader: "a member of the room, or one who has left it or was removed, as of that moment",
  former: "one who has left the room or was removed from it",
  poster: "a member whom the room's settings allow to send",
  editor: "a member whom the room's settings allow to edit its info",
  adder: "a member whom the room's settings allow to add people",
  author: "the message's author, or the medium's uploader",
  author_or_admin: "the message's author, or an admin or owner of the room",
  uploader: "whoever asked for the upload",
  admin: "an admin or owner of the room",
  owner: "the room's owner",
};

/** A summary short enough for a list of contents: its first clause, without what stands in brackets. */
export function headline(summary: string): string {
  const [clause = summary] = summary.replace(/ \([^)]*\)/g, "").split(/[.;:](?:\s|$)/);
  return clause;
}

/** Who may call an operation, and which limit counts its calls. */
export function describeAccess(operation: Operation): string {
  return `**Who may call:** ${callers[operation.access]}. **Rate limit:** the class \`${operation.limit}\`.`;
}

/** The closed list of codes, as a table. */
export function describeCodes(): string {
  const rows = codes.map((code) => {
    const { status, retryable, summary } = errorCodes[code];
    return `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${summary} |`;
  });
  return ["| code | status | try again unchanged? | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** The part of the product that an operation's name begins with, as a title: `messages.send` is of Messages. */
export function tagOf(name: string): string {
  const [part = name] = name.split(".");
  return part.charAt(0).toUpperCase() + part.slice(1);
}
