/** An upload storm: many files at once, some of which break off half way; what was whole is kept, what was not is refused. */
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../load/pairs.ts";
import { type Content, makeTable } from "../media/content.ts";
import { connectMedia, type PipitMedia } from "../media/pipit-media.ts";
import { fetchFile, sendFile } from "../media/transfer.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import { signToken } from "../token.ts";
import type { Fault } from "./fault.ts";

const uploads = 120;
const atOnce = 60;
const bytes = { least: 10_000, most: 2_000_000 };
const brokenShare = 0.3;
const breaksAfterMs = 200;

export const stormUploads: Fault = async (context) => {
  context.progress(`${uploads} uploads, ${atOnce} at once`);
  const random = context.random;
  const plans = Array.from({ length: uploads }, (_, place) => ({
    place,
    isBroken: random.next() < brokenShare,
    node: random.pick(context.cluster.nodes),
    content: makeTable(random.between(bytes.least, bytes.most), random),
  }));
  const startedAt = performance.now();
  const outcomes = await inParallel(
    plans,
    async ({ place, isBroken, node, content }) => {
      const media = connectMedia(node.url, signToken(jwtSecret, { userId: `uploader-${place % 20}` }));
      try {
        await (isBroken ? uploadHalf(media, content) : uploadWhole(media, content, node.url));
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        context.problems.push(`upload ${place} (${isBroken ? "broken off" : "whole"}) to node ${node.place}: ${said}`);
      }
      return isBroken;
    },
    atOnce,
  );
  const brokenOff = outcomes.filter(Boolean).length;
  context.figures.push({ uploads, broken_off: brokenOff, took_ms: Math.round(performance.now() - startedAt) });
};

async function uploadWhole(media: PipitMedia, content: Content, url: string): Promise<void> {
  const ticket = await media.request(content);
  await sendFile({ url: new URL(ticket.uploadUrl, url).href, headers: ticket.headers }, content);
  const kept = await media.confirm(ticket, content);
  const fetched = await fetchFile(media.at(new URL(kept.url, url).href));
  if (fetched.bytes !== content.size) throw new Error(`${fetched.bytes} of ${content.size} bytes came back`);
}

async function uploadHalf(media: PipitMedia, content: Content): Promise<void> {
  const ticket = await media.request(content);
  await breakOff(ticket.uploadUrl, ticket.headers, content);
  const isKept = await media.confirm(ticket, content).then(
    () => true,
    // What is not there can't be confirmed.
    () => false,
  );
  if (isKept) throw new Error("half a file was kept");
}

async function breakOff(url: string, headers: Record<string, string>, content: Content): Promise<void> {
  const outgoing = request(url, { method: "PUT", headers: { ...headers, "content-length": content.size } });
  outgoing.on("error", () => undefined);
  const [first] = content.chunks();
  outgoing.write(first?.subarray(0, Math.floor(content.size / 2)));
  await sleep(breaksAfterMs);
  outgoing.destroy();
}
