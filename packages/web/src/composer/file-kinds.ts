/** What a file is to somebody who sends it. */
import { findMediaType, type MediaKind, mediaTypes, toMediaType } from "@pipit/protocol/media-types";

export type FileKind = MediaKind;
export type FileProblem = "tooLarge" | "wrongType" | "empty";

type Named = Pick<File, "type" | "name">;

const byExtension = new Map(
  Object.entries(mediaTypes).flatMap(([type, { extensions }]) =>
    extensions.map((extension) => [extension as string, type] as const),
  ),
);

/**
 * The type that the server knows it by; undefined for one that it does not take. Where a browser does not say, or has a
 * name of its own for it, as for notes in Markdown, the file's name does.
 */
export function typeOf({ type, name }: Named): string | undefined {
  return toMediaType(type) ?? byExtension.get(name.split(".").at(-1)?.toLowerCase() ?? "");
}

export function kindOf(file: Named): FileKind {
  const type = typeOf(file);
  return (type && findMediaType(type)?.kind) || "file";
}

/** Why the server would not have it, as far as that can be told beforehand. @param largest in bytes */
export function problemOf(file: Named & Pick<File, "size">, largest: number): FileProblem | undefined {
  if (typeOf(file) === undefined) return "wrongType";
  // Folders, too, look like that to a browser.
  if (file.size === 0) return "empty";
  return file.size > largest ? "tooLarge" : undefined;
}
