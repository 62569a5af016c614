/** The page that the REST reference begins with. */
import { describeCodes } from "./wording.ts";

export function restIntroduction(): string {
  return [...sections, "## Errors", describeCodes()].join("\n\n");
}

const sections = [
  "Pipit's operations over HTTP. The same operations, and the events that follow from them, are reached over Socket.IO: see [the events](/docs/events).",
  "## Calling",
  "Send `Authorization: Bearer <token>` with a user's JWT, and JSON bodies as `application/json`. Operations of the host product take the server's admin key instead. People who have no host product sign up and in at `/api/auth/*`, and exchange their session for a token there.",
  "Say which installation calls in `X-Device-Id`. Fields that an operation does not know are left out, and later versions may add fields to what they answer.",
  "## Answers",
  'A success is `{ "success": true, "data": … }`; lists add `"pagination": { "next_cursor", "has_more" }`. A failure is `{ "success": false, "error", "code", "request_id" }` with a status that fits, `details` where there are any, and `retry_after` in seconds where waiting helps. What a caller may not know of is `not_found`.',
  "Sending again is safe: with the same `client_message_id` a message is made once, and a retry gets the first one, with `duplicate: true`.",
];
