/** Writes the command that sends a request again. */
import type { FuzzRequest } from "./make-requests.ts";
import { toBytes } from "./make-requests.ts";

/** By curl where it can send such a request, else as bytes. A token has run out by then: put a new one into TOKEN. */
export function toCurl(url: string, request: FuzzRequest): string {
  const { hostname, port } = new URL(url);
  if (request.raw) {
    const bytes = Buffer.concat(toBytes(request)).toString("base64");
    return `echo ${bytes} | base64 -d | nc ${hostname} ${port}`;
  }
  const headers = Object.entries(request.headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `-H ${quote(`${name}: ${withoutToken(String(value))}`)}`);
  const body = request.body === undefined ? "" : `echo ${request.body.toString("base64")} | base64 -d | `;
  const data = request.body === undefined ? "" : " --data-binary @-";
  const target = quote(`http://${hostname}:${port}${request.target}`);
  return `${body}curl -i --globoff --path-as-is -X ${request.method} ${headers.join(" ")}${data} ${target}`;
}

function withoutToken(value: string): string {
  return value.replace(/^Bearer ey[\w-]+\.[\w-]+\.[\w-]+$/, "Bearer '\"$TOKEN\"'");
}

// The token's own quotes end and begin the quoted text again.
function quote(text: string): string {
  const [before = "", after] = text.split(`'"$TOKEN"'`);
  const plain = (part: string) => part.replaceAll("'", `'\\''`);
  return after === undefined ? `'${plain(before)}'` : `'${plain(before)}'"$TOKEN"'${plain(after)}'`;
}
