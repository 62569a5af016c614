/** Operations on media: ask for an address, upload to it, confirm, and send a message with it. */
import { z } from "zod";
import { media } from "../models/media.ts";
import { operation } from "../operation.ts";
import { counter, id, tenantId, text, timestamp, userId } from "../scalars.ts";

const error = "media:upload:error";
const fileName = text(1, 255);
const fileType = z.string().max(255).describe("A media type, as the client will send it with the PUT.");
const fileSize = z.int().min(1).describe("Bytes.");
const fileKey = z.string().min(1).max(512).describe("Names the upload; opaque.");
const measure = z.number().min(0).nullish().describe("Not relied on: the server measures it.");
const expiresIn = z.int().describe("Seconds until the addresses expire.");

const resumable = z
  .discriminatedUnion("protocol", [
    z.object({ protocol: z.literal("tus"), url: z.string() }).meta({ id: "TusUpload" }),
    z
      .object({
        protocol: z.literal("multipart"),
        partSize: z.int(),
        parts: z
          .array(z.object({ partNumber: z.int(), url: z.string(), size: z.int() }))
          .describe("The parts that are missing, each with an address to PUT it to; at most 1,000 at a time."),
      })
      .meta({ id: "MultipartUpload" }),
  ])
  .describe("How to send a large file in pieces: by the tus protocol, or in parts; which one depends on the server.");

const usage = z
  .object({ used: counter, limit: counter.nullable() })
  .describe("Bytes kept or promised, and how many there may be.");

export const mediaOperations = {
  "media.requestUpload": operation({
    summary: "Get an address that takes one PUT of a file of just this type and size.",
    access: "user",
    limit: "write",
    input: z.object({
      fileName,
      fileType,
      fileSize,
      messageType: z
        .string()
        .max(64)
        .nullish()
        .describe("The message_type that it is meant for; refused when it does not fit."),
      resumable: z.boolean().optional().describe("Also open an upload that survives interruptions."),
    }),
    output: z
      .object({
        uploadId: z.string(),
        uploadUrl: z.string(),
        method: z.literal("PUT"),
        headers: z.record(z.string(), z.string()).describe("To be sent with the PUT."),
        fileKey: z.string(),
        expiresIn,
        maxFileSize: z.int(),
        resumable: resumable.optional(),
      })
      .meta({ id: "UploadTicket" }),
    rest: { method: "POST", path: "/media/upload-url", status: 201 },
    socket: { event: "media:upload:request", reply: "media:upload:url", error },
    errors: ["unsupported_type"],
  }),
  "media.resumeUpload": operation({
    summary: "Get fresh addresses for what is still missing of a resumable upload.",
    access: "uploader",
    limit: "write",
    input: z.object({ fileKey }),
    output: z.object({ fileKey: z.string(), expiresIn, resumable }).meta({ id: "UploadToResume" }),
    rest: { method: "POST", path: "/media/resume" },
    socket: { event: "media:upload:resume", reply: "media:upload:resumed", error },
    errors: ["not_found", "conflict", "gone"],
  }),
  "media.confirmUpload": operation({
    summary: "Have an uploaded file checked and kept. Confirming again gives the same result.",
    access: "uploader",
    limit: "write",
    input: z.object({
      fileKey,
      fileName,
      fileType,
      fileSize,
      width: measure,
      height: measure,
      duration: measure,
    }),
    output: media.extend({ fileKey: z.string() }).meta({ id: "ConfirmedMedia" }),
    rest: { method: "POST", path: "/media/confirm", status: 201 },
    socket: { event: "media:upload:complete", reply: "media:upload:confirmed", error },
    errors: ["not_found", "conflict", "unsupported_type", "gone"],
  }),
  "media.get": operation({
    summary: "What is known of a medium, with addresses to download it from.",
    access: "reader",
    limit: "read",
    input: z.object({ uploadId: id }),
    output: media,
    rest: { method: "GET", path: "/media/:upload_id", rename: { upload_id: "uploadId" } },
    socket: { event: "media:get:metadata", reply: "media:metadata", error },
    errors: ["not_found"],
  }),
  "media.delete": operation({
    summary: "Remove one's own medium, wherever it was sent to; messages that carried it stay without it.",
    access: "author",
    limit: "write",
    input: z.object({ uploadId: id }),
    output: z.object({ id: z.string() }),
    rest: { method: "DELETE", path: "/media/:upload_id", rename: { upload_id: "uploadId" } },
    errors: ["not_found", "forbidden"],
  }),
  "media.usage": operation({
    summary: "How much the caller's media takes, and how much it may.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: usage.meta({ id: "MediaUsage" }),
    rest: { method: "GET", path: "/media/usage" },
    errors: [],
  }),
  "admin.mediaUsage": operation({
    summary: "How much a tenant's media takes, or that of one of its users.",
    access: "service",
    limit: "service",
    input: z.object({ tenant_id: tenantId.default("default"), user_id: userId.optional() }),
    output: usage.extend({ tenant_id: z.string(), user_id: z.string().nullable(), as_of: timestamp }),
    rest: { method: "GET", path: "/admin/media/usage" },
    errors: [],
  }),
};
