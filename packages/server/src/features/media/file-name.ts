/** The name that a file is downloaded under: what its sender called it, without what could deceive or do harm. */
import { findMediaType } from "@pipit/protocol/media-types";

const maxBytes = 200;

// Control and formatting characters (among them those that reverse the direction of writing, by which `gpj.exe` is made to
// look like `exe.jpg`), and what one system or another does not take in names.
const unwanted = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** @param mimeType one of `mediaTypes`: a name that does not end like one of such files gets the usual ending. */
export function toFileName(given: string, mimeType: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? "";
  const name = last
    .normalize("NFC")
    .replace(unwanted, "")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  const extensions: readonly string[] = findMediaType(mimeType)?.extensions ?? ["bin"];
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? name.slice(dot + 1).toLowerCase() : "";
  if (extensions.includes(ending)) return `${cut(name.slice(0, dot))}.${name.slice(dot + 1)}`;
  return `${cut(name === "" ? "file" : name)}.${extensions[0]}`;
}

function cut(stem: string): string {
  let bytes = 0;
  const kept: string[] = [];
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept.push(character);
  }
  return kept.join("");
}
