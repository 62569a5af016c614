/** A file of a stranger makes no program open another file, or an address. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { mediaTypes } from "@pipit/protocol/media-types";
import { expect, onTestFinished, test } from "vitest";
import {
  catchError,
  ffmpeg,
  ffprobe,
  makeFile,
  makeFolder,
  makeRecording,
  shareProcessor,
} from "../../media-processor.fixture.ts";
import type { Tools } from "../../worker-messages.ts";
import { beginSpending } from "../job-spending.ts";
import { drawWaveform } from "./draw-waveform.ts";
import { makePoster } from "./make-poster.ts";
import { probeFile } from "./probe-file.ts";

const processor = shareProcessor();
const tools: Tools = { ffmpeg, ffprobe, memoryBytes: 384 * 1024 * 1024 };

const recordings = Object.entries(mediaTypes)
  .filter(([, { kind }]) => kind === "video" || kind === "audio")
  .map(([mimeType]) => mimeType);

/** A server that counts who asks it for anything. */
async function makeBait() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("#EXTM3U\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { asked, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Playlists of each kind that ffmpeg knows, leading to an address and to a good file. */
function listPlaylists(origin: string, good: string): Record<string, string> {
  const links = [
    `${origin}/canary.wav`,
    pathToFileURL(good).href,
    good,
    `concat:${good}`,
    `subfile:,,start,0,end,0,,:${good}`,
  ];
  return {
    m3u8: `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${links.map((link) => `#EXTINF:1,\n${link}\n`).join("")}#EXT-X-ENDLIST\n`,
    ffconcat: `ffconcat version 1.0\n${links.map((link) => `file '${link}'\n`).join("")}`,
    dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1"><BaseURL>${origin}/canary.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    sdp: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n`,
  };
}

test.each(recordings)("no playlist passes for %s, and nothing that it names is opened", async (mimeType) => {
  const { asked, origin } = await makeBait();
  const good = await makeRecording("good.wav", "-f", "lavfi", "-i", "sine=duration=1");
  for (const text of Object.values(listPlaylists(origin, good))) {
    const path = await makeFile("a", text);
    const folder = await makeFolder();
    expect(await catchError(processor.inspect(path, mimeType, folder))).toMatchObject({ code: "unsupported_type" });
    // The programs themselves, without what looks at the file before them.
    const subject = { path, mimeType, folder, spending: await beginSpending({ cpuMs: 10_000, wallMs: 10_000 }) };
    expect(await probeFile(ffprobe, subject, tools)).toMatchObject({ code: "unsupported_type" });
    expect(await drawWaveform(ffmpeg, subject, tools)).toBeUndefined();
    expect(await makePoster(ffmpeg, subject, tools, null)).toBeUndefined();
  }
  expect(asked).toEqual([]);
});

test("a name that looks like an address or an option is a file's", async () => {
  const { asked, origin } = await makeBait();
  const good = await makeRecording("http:%2F%2Fa -i b.wav", "-f", "lavfi", "-i", "sine=duration=1");
  expect(await processor.inspect(good, "audio/wav", await makeFolder())).toMatchObject({ duration: 1 });
  const subject = {
    path: `${origin}/a.wav`,
    mimeType: "audio/wav",
    folder: "/",
    spending: await beginSpending({ cpuMs: 10_000, wallMs: 10_000 }),
  };
  expect(await probeFile(ffprobe, subject, tools)).toMatchObject({ code: "unsupported_type" });
  expect(asked).toEqual([]);
});
