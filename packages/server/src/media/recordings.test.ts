/** Videos and audio as they go through the processor, with ffmpeg and without. */
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { thumbHashToApproximateAspectRatio } from "thumbhash";
import { expect, test } from "vitest";
import { AppError } from "../app-error.ts";
import {
  catchError,
  makeFile,
  makeFolder,
  makeProcessor,
  makeProgram,
  makeRecording,
  shareProcessor,
} from "./media-processor.fixture.ts";

const processor = shareProcessor();

const picture = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=10:duration=3"];
const tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/** A sound that grows from nothing to full loudness. */
const crescendo = ["-f", "lavfi", "-i", "aevalsrc='sin(2*PI*440*t)*t/3':d=3:s=44100"];

test.each([
  ["video/mp4", "a.mp4", [...h264, "-c:a", "aac"]],
  ["video/quicktime", "a.mov", [...h264, "-c:a", "aac"]],
  ["video/webm", "a.webm", ["-c:v", "libvpx", "-c:a", "libopus", "-ar", "48000"]],
  ["video/x-msvideo", "a.avi", ["-c:v", "mpeg4", "-c:a", "libmp3lame"]],
])("a video is measured, and shown by its beginning: %s", async (mimeType, name, codecs) => {
  const path = await makeRecording(name, ...picture, ...tone, ...codecs);
  const folder = await makeFolder();
  const found = await processor.inspect(path, mimeType, folder);
  expect(found).toMatchObject({ mimeType, kind: "video", width: 320, height: 180, orientation: null, waveform: null });
  expect(found.duration).toBeGreaterThan(2.9);
  expect(found.duration).toBeLessThan(3.2);
  expect(thumbHashToApproximateAspectRatio(Buffer.from(found.thumbhash ?? "", "base64"))).toBeCloseTo(16 / 9, 0);
  expect(found.posterPath).toBe(join(folder, "poster.jpg"));
  const poster = await sharp(found.posterPath ?? "").metadata();
  expect(poster).toMatchObject({ format: "jpeg", width: 320, height: 180 });
  expect(poster.exif).toBeUndefined();
});

test("a turned video is measured, and shown, as one sees it", async () => {
  const upright = await makeRecording("a.mp4", ...picture, ...h264);
  const path = await makeRecording("b.mp4", "-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90");
  const found = await processor.inspect(path, "video/mp4", await makeFolder());
  expect(found).toMatchObject({ width: 180, height: 320 });
  expect(await sharp(found.posterPath ?? "").metadata()).toMatchObject({ width: 180, height: 320 });
});

test("a poster is no larger than 1,280 pixels", async () => {
  const path = await makeRecording("a.mp4", "-f", "lavfi", "-i", "testsrc=size=1920x1080:rate=5:duration=0.6", ...h264);
  const { posterPath, ...found } = await processor.inspect(path, "video/mp4", await makeFolder());
  expect(found).toMatchObject({ width: 1920, height: 1080 });
  expect(await sharp(posterPath ?? "").metadata()).toMatchObject({ width: 1280, height: 720 });
});

test("a video whose file does not say how long it is, as browsers record them, is measured all the same", async () => {
  const live = ["-c:v", "libvpx", "-deadline", "realtime", "-f", "webm", "-live", "1"];
  const path = await makeRecording("a.webm", ...picture, ...live);
  const { duration } = await processor.inspect(path, "video/webm", await makeFolder());
  expect(duration).toBeGreaterThan(2.8);
  expect(duration).toBeLessThan(3.2);
});

test.each([
  ["audio/mpeg", "a.mp3", ["-c:a", "libmp3lame"]],
  ["audio/wav", "a.wav", []],
  ["audio/ogg", "a.ogg", ["-c:a", "libvorbis"]],
  ["audio/ogg", "a.opus", ["-c:a", "libopus", "-ar", "48000"]],
  ["audio/webm", "a.weba", ["-c:a", "libopus", "-ar", "48000", "-f", "webm"]],
  ["audio/webm", "live.weba", ["-c:a", "libopus", "-ar", "48000", "-f", "webm", "-live", "1"]],
  ["audio/mp4", "a.m4a", ["-c:a", "aac"]],
  ["audio/aac", "a.aac", ["-c:a", "aac"]],
])("audio is measured, and its waveform drawn: %s %s", async (mimeType, name, codec) => {
  const path = await makeRecording(name, ...crescendo, ...codec);
  const found = await processor.inspect(path, mimeType, await makeFolder());
  expect(found).toMatchObject({
    mimeType,
    kind: "audio",
    width: null,
    height: null,
    thumbhash: null,
    posterPath: null,
  });
  expect(found.duration).toBeGreaterThan(2.9);
  expect(found.duration).toBeLessThan(3.15);
  const waveform = found.waveform ?? [];
  expect(waveform).toHaveLength(64);
  expect(Math.max(...waveform)).toBe(100);
  expect(waveform[5]).toBeLessThan(20);
  expect(Math.abs((waveform[31] ?? 0) - 50)).toBeLessThan(12);
});

test("silence is flat", async () => {
  const path = await makeRecording("a.mp3", "-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo", "-t", "2");
  const { waveform } = await processor.inspect(path, "audio/mpeg", await makeFolder());
  expect(waveform).toEqual(Array(64).fill(0));
});

test("audio with a picture on its cover is audio", async () => {
  const cover = await makeFile(
    "cover.png",
    await sharp({ create: { width: 50, height: 50, channels: 3, background: "red" } })
      .png()
      .toBuffer(),
  );
  const path = await makeRecording(
    "a.mp3",
    ...tone,
    "-i",
    cover,
    "-map",
    "0:a",
    "-map",
    "1:v",
    "-c:v",
    "mjpeg",
    "-c:a",
    "libmp3lame",
  );
  expect(await processor.inspect(path, "audio/mpeg", await makeFolder())).toMatchObject({ kind: "audio", width: null });
});

test.each([
  ["a video", "audio/webm", "a.webm", [...picture, "-c:v", "libvpx"]],
  ["a video", "audio/mp4", "a.mp4", [...picture, ...h264]],
  ["audio", "video/webm", "a.webm", [...tone, "-c:a", "libopus", "-ar", "48000"]],
  ["audio", "video/mp4", "a.mp4", [...tone, "-c:a", "aac"]],
])("%s does not pass for %s", async (_what, mimeType, name, args) => {
  const path = await makeRecording(name, ...args);
  const error = await catchError(processor.inspect(path, mimeType, await makeFolder()));
  expect(error.code).toBe("unsupported_type");
});

test("a video that begins like one and holds rubbish is refused", async () => {
  const bytes = await readFile(await makeRecording("a.mp4", ...picture, ...h264));
  const moov = bytes.indexOf("moov");
  bytes.fill(0xa5, moov + 4, bytes.length);
  const path = await makeFile("b.mp4", bytes);
  const error = await catchError(processor.inspect(path, "video/mp4", await makeFolder()));
  expect(error.code).toBe("unsupported_type");
});

test.each([
  ["the processor's time", "while :; do :; done", { cpuMs: 3000 }],
  ["the server's patience", "exec sleep 600", { patienceMs: 4000 }],
])(
  "audio that can't be decoded within %s has no waveform, and is measured otherwise",
  async (_what, script, limits) => {
    const ffmpegPath = await makeProgram(script);
    const path = await makeRecording("a.wav", ...tone);
    const found = await makeProcessor({ ffmpegPath, limits }).inspect(path, "audio/wav", await makeFolder());
    expect(found).toMatchObject({ kind: "audio", waveform: null });
    expect(found.duration).toBeCloseTo(3, 1);
  },
);

test.each([
  ["the processor's time", "while :; do :; done", { cpuMs: 3000 }],
  ["the server's patience", "exec sleep 600", { patienceMs: 4000 }],
])("a video whose poster can't be made within %s is measured otherwise", async (_what, script, limits) => {
  const ffmpegPath = await makeProgram(script);
  const path = await makeRecording("a.mp4", ...picture, ...h264);
  const found = await makeProcessor({ ffmpegPath, limits }).inspect(path, "video/mp4", await makeFolder());
  expect(found).toMatchObject({ width: 320, height: 180, duration: 3, thumbhash: null, posterPath: null });
});

test("a video of which no poster can be made is measured otherwise", async () => {
  const path = await makeRecording("a.mp4", ...picture, ...h264);
  const failing = makeProcessor({ ffmpegPath: await makeProgram("exit 1") });
  const found = await failing.inspect(path, "video/mp4", await makeFolder());
  expect(found).toMatchObject({ width: 320, height: 180, duration: 3, thumbhash: null, posterPath: null });
});

test("a video that has nothing to show after its first picture is shown by that", async () => {
  const still = ["-f", "lavfi", "-i", "color=red:size=64x48:rate=10:duration=0.1"];
  const path = await makeRecording("a.mp4", ...still, ...tone, ...h264, "-c:a", "aac");
  const found = await processor.inspect(path, "video/mp4", await makeFolder());
  expect(found.duration).toBeGreaterThan(2);
  expect(await sharp(found.posterPath ?? "").metadata()).toMatchObject({ width: 64, height: 48 });
});

test("a poster that is no picture is no poster", async () => {
  const path = await makeRecording("a.mp4", ...picture, ...h264);
  const lying = makeProcessor({ ffmpegPath: await makeProgram("echo rubbish") });
  const found = await lying.inspect(path, "video/mp4", await makeFolder());
  expect(found).toMatchObject({ width: 320, thumbhash: null, posterPath: null });
});

test("a program that is there and can't be started says nothing against the file", async () => {
  const path = await makeRecording("a.mp4", ...picture, ...h264);
  const broken = await makeProgram("exit 127");
  const posterless = makeProcessor({ ffmpegPath: broken });
  expect(await posterless.inspect(path, "video/mp4", await makeFolder())).toMatchObject({
    width: 320,
    posterPath: null,
  });
  const blind = makeProcessor({ ffprobePath: broken });
  await expect(blind.inspect(path, "video/mp4", await makeFolder())).rejects.not.toBeInstanceOf(AppError);
});

test("an endless answer of a program is cut", async () => {
  const path = await makeRecording("a.mp4", ...picture, ...h264);
  const babbling = makeProcessor({ ffprobePath: await makeProgram("exec cat /dev/zero") });
  const error = await catchError(babbling.inspect(path, "video/mp4", await makeFolder()));
  expect(error.code).toBe("unsupported_type");
});

test("without ffmpeg and ffprobe, what they measure is left out, and the processor says so", async () => {
  const bare = makeProcessor({ ffmpegPath: "/nonexistent/ffmpeg", ffprobePath: "/nonexistent/ffprobe" });
  expect(bare.lacks).toEqual([
    "ffprobe is not there: the duration and size of videos and audio can't be measured.",
    "ffmpeg is not there: no posters of videos and no waveforms of audio can be made.",
  ]);
  const path = await makeRecording("a.mp4", ...picture, ...tone, ...h264, "-c:a", "aac");
  const unknown = { width: null, height: null, duration: null, waveform: null, thumbhash: null, posterPath: null };
  expect(await bare.inspect(path, "video/mp4", await makeFolder())).toMatchObject({ kind: "video", ...unknown });
  const audio = await makeRecording("a.mp3", ...tone);
  expect(await bare.inspect(audio, "audio/mpeg", await makeFolder())).toMatchObject({ kind: "audio", ...unknown });
});

test("ffmpeg is found where programs are looked for", async () => {
  const folder = await makeFolder();
  const program = await makeProgram("exit 1");
  await copyFile(program, join(folder, "ffmpeg"));
  await copyFile(program, join(folder, "ffprobe"));
  const paths = { ffmpegPath: undefined, ffprobePath: undefined };
  expect(makeProcessor({ ...paths, searchPath: `/nonexistent:${folder}` }).lacks).toEqual([]);
  expect(makeProcessor({ ...paths, searchPath: "/nonexistent" }).lacks).toHaveLength(2);
});
