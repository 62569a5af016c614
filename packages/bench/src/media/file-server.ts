/** A server that files are sent to and fetched from: Pipit, or the bare one beside it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { PlainServer } from "../processes/plain-server.ts";
import type { Content } from "./content.ts";
import type { PipitMedia } from "./pipit-media.ts";
import type { Place } from "./transfer.ts";

/** A file to be sent: where to, what makes it one to fetch once it has been sent, and what removes it then. */
type OpenFile = { place: Place; keep(): Promise<{ place: Place; remove(): Promise<void> }> };

export type FileServer = {
  pid: number;
  open(content: Content): Promise<OpenFile>;
};

export function toPlainFiles({ pid, url, folder }: PlainServer): FileServer {
  let count = 0;
  return {
    pid,
    async open() {
      const name = `${count++}.bin`;
      const place = { url: `${url}/${name}`, headers: {} };
      return { place, keep: async () => ({ place, remove: () => rm(join(folder, name)) }) };
    },
  };
}

/** @param confirmed hears how long it took to have an upload checked, in milliseconds */
export function toPipitFiles(pid: number, media: PipitMedia, confirmed: (ms: number) => void): FileServer {
  return {
    pid,
    async open(content) {
      const ticket = await media.request(content);
      const keep = async () => {
        const startedAt = performance.now();
        const medium = await media.confirm(ticket, content);
        confirmed(performance.now() - startedAt);
        return { place: media.at(medium.url), remove: () => media.remove(medium.id) };
      };
      return { place: { url: ticket.uploadUrl, headers: ticket.headers }, keep };
    },
  };
}
