/** The media types that Pipit knows: what kind each is, the extension that its files bear, and its other names. */

/** What a client shows a medium as; a message's `message_type` fits it, or is `file`. */
export type MediaKind = "image" | "video" | "audio" | "file";

export type MediaType = {
  kind: MediaKind;
  /** The extensions of such files, without the dot, the usual one first. */
  extensions: readonly [string, ...string[]];
  /** Other names of the same type, as browsers and phones give them. */
  aliases?: readonly string[];
};

const openXml = "application/vnd.openxmlformats-officedocument";

export const mediaTypes = {
  "image/jpeg": { kind: "image", extensions: ["jpg", "jpeg", "jfif"], aliases: ["image/jpg", "image/pjpeg"] },
  "image/png": { kind: "image", extensions: ["png"] },
  "image/gif": { kind: "image", extensions: ["gif"] },
  "image/webp": { kind: "image", extensions: ["webp"] },
  "image/heic": { kind: "image", extensions: ["heic", "heif"], aliases: ["image/heif"] },
  "image/avif": { kind: "image", extensions: ["avif"] },
  "video/mp4": { kind: "video", extensions: ["mp4", "m4v"], aliases: ["video/x-m4v"] },
  "video/webm": { kind: "video", extensions: ["webm"] },
  "video/quicktime": { kind: "video", extensions: ["mov", "qt"] },
  "video/x-msvideo": { kind: "video", extensions: ["avi"], aliases: ["video/avi", "video/vnd.avi", "video/msvideo"] },
  "audio/mpeg": { kind: "audio", extensions: ["mp3"], aliases: ["audio/mp3"] },
  "audio/wav": { kind: "audio", extensions: ["wav"], aliases: ["audio/x-wav", "audio/wave", "audio/vnd.wave"] },
  "audio/ogg": { kind: "audio", extensions: ["ogg", "oga", "opus"], aliases: ["audio/opus", "application/ogg"] },
  "audio/webm": { kind: "audio", extensions: ["weba", "webm"] },
  "audio/mp4": { kind: "audio", extensions: ["m4a", "mp4"], aliases: ["audio/x-m4a", "audio/m4a"] },
  "audio/aac": { kind: "audio", extensions: ["aac"], aliases: ["audio/aacp", "audio/x-aac"] },
  "application/pdf": { kind: "file", extensions: ["pdf"] },
  "application/msword": { kind: "file", extensions: ["doc"] },
  [`${openXml}.wordprocessingml.document`]: { kind: "file", extensions: ["docx"] },
  "application/vnd.ms-excel": { kind: "file", extensions: ["xls"] },
  [`${openXml}.spreadsheetml.sheet`]: { kind: "file", extensions: ["xlsx"] },
  "text/plain": { kind: "file", extensions: ["txt", "text", "log", "md"] },
  "text/csv": { kind: "file", extensions: ["csv"], aliases: ["application/csv"] },
} as const satisfies Record<string, MediaType>;

const canonicalNames = new Map(
  Object.entries<MediaType>(mediaTypes).flatMap(([name, type]) =>
    [name, ...(type.aliases ?? [])].map((alias) => [alias, name] as const),
  ),
);

/**
 * The name that Pipit has for a media type, whatever its parameters and letter case (`audio/webm;codecs=opus` is
 * `audio/webm`), or undefined for one that it does not know.
 */
export function toMediaType(contentType: string): string | undefined {
  const essence = contentType.split(";", 1)[0] ?? "";
  return canonicalNames.get(essence.trim().toLowerCase());
}

/** What is known of a type, by the name that `toMediaType` gives. */
export function findMediaType(name: string): MediaType | undefined {
  const known: Record<string, MediaType> = mediaTypes;
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
