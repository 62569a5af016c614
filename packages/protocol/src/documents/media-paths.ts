/** The path that the bytes of media are downloaded by, which is no operation: what it answers is no JSON. */

import type { FailureResponses } from "./open-api-failures.ts";
import { type OpenApiOperation, type OpenApiParameter, restPrefix } from "./open-api-operation.ts";

/** Uploads go to addresses that `media.requestUpload` gives out, wherever these lead. */
export function mediaPaths(tag: string, responses: FailureResponses): Record<string, Record<string, OpenApiOperation>> {
  const get: OpenApiOperation = {
    operationId: "media.download",
    tags: [tag],
    summary: "Download a medium, or a picture made of it",
    description: description.join("\n\n"),
    security: [{ userToken: [] }, {}],
    parameters,
    responses: {
      "200": { description: "All of it.", content: bytes },
      "206": { description: "The range that was asked for.", content: bytes },
      "302": { description: "It is at the address in `Location`, for a minute." },
      "304": { description: "The client has it already." },
      "416": { description: "The range lies beyond its end." },
      ...responses.refer([
        "invalid_request",
        "unauthenticated",
        "not_found",
        "rate_limited",
        "unavailable",
        "internal",
      ]),
    },
  };
  return { [`${restPrefix}/media/{upload_id}/file`]: { get } };
}

const description = [
  "What was uploaded, as others get it; with `width`, `height`, `fit` or `format` a picture made of it, of the nearest size that is made (96, 160, 320, 640 or 1280), never larger than the original.",
  "Ranges and conditional requests are understood (RFC 9110). Pictures, films and sound are shown in place, documents are downloaded; with `download` in the query, everything is.",
  "**Who may call:** its uploader, the members of a room with a message that carries it, and whoever holds a signed address.",
];

const bytes = { "*/*": { schema: { type: "string", format: "binary" } } };

const parameters: OpenApiParameter[] = [
  { name: "upload_id", in: "path", required: true, schema: { type: "string" } },
  { name: "width", in: "query", required: false, schema: { type: "integer", minimum: 1 }, example: 320 },
  { name: "height", in: "query", required: false, schema: { type: "integer", minimum: 1 }, example: 320 },
  {
    name: "fit",
    in: "query",
    required: false,
    description: "Whether all of it is seen within the size, or the size is filled and the rest cut off.",
    schema: { type: "string", enum: ["contain", "scale-down", "inside", "cover", "crop"], default: "contain" },
  },
  {
    name: "format",
    in: "query",
    required: false,
    schema: { type: "string", enum: ["webp", "auto", "jpeg", "jpg"], default: "webp" },
  },
  {
    name: "signed",
    in: "query",
    required: false,
    description: "The signature of `signedUrl`, in place of a token.",
    schema: { type: "string" },
  },
  { name: "Range", in: "header", required: false, schema: { type: "string" }, example: "bytes=0-1023" },
];
