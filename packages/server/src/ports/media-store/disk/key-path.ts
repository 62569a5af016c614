/** Where on disk an object lies. */
import { join } from "node:path";
import { requireKey } from "../storage-key.ts";

// File systems take names of at most 255 bytes.
const longestPiece = 200;

/**
 * The path of an object below a folder. Folders are named with a `~` at the end, which no key has, so that `a` and `a/b`
 * can both be there; a segment that is too long for a name continues in a folder with a `+` at the end.
 * @throws plainly for what is not a key
 */
export function toObjectPath(folder: string, key: string): string {
  const segments = requireKey(key).split("/");
  const last = segments.pop() ?? "";
  return join(folder, ...segments.flatMap((segment) => toPieces(segment, "~")), ...toPieces(last, ""));
}

/** The folder of all objects with a prefix, which is empty or ends with a slash. */
export function toPrefixPath(folder: string, prefix: string): string {
  const segments = prefix.split("/").slice(0, -1);
  return join(folder, ...segments.flatMap((segment) => toPieces(segment, "~")));
}

/** What a folder adds to the keys of the objects in it; undefined if it is none of ours. */
export function readFolderName(name: string): string | undefined {
  const rest = name.slice(0, -1);
  if (name.endsWith("~")) return `${rest}/`;
  return name.endsWith("+") ? rest : undefined;
}

// Cut from the end: else the last piece could be `.` or `..`.
function toPieces(segment: string, ending: string): string[] {
  const pieces: string[] = [];
  let end = segment.length;
  for (; end > longestPiece; end -= longestPiece) pieces.unshift(segment.slice(end - longestPiece, end));
  pieces.unshift(segment.slice(0, end));
  return pieces.map((piece, index) => piece + (index === pieces.length - 1 ? ending : "+"));
}
