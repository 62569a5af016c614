/** Pictures as they go through the processor: what is measured, what is refused, what is made of them. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from "thumbhash";
import { expect, test } from "vitest";
import { catchError, makeFile, makeFolder, shareProcessor } from "./media-processor.fixture.ts";
import type { Variant } from "./media-processor.ts";

const processor = shareProcessor();
const contain: Variant = { width: 320, height: 320, fit: "contain", format: "webp" };

/** Noise of a seed of libvips' own: what matters is that it doesn't compress. */
function makeNoise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: "#888", noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });
}

function makeFlat(width: number, height: number, background = "#c04020"): Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

test.each([
  ["image/jpeg", "a.jpg", makeNoise(300, 200).jpeg()],
  ["image/jpeg", "grey.jpg", makeNoise(300, 200).greyscale().jpeg()],
  ["image/jpeg", "cmyk.jpg", makeNoise(300, 200).toColourspace("cmyk").jpeg()],
  ["image/jpeg", "progressive.jpg", makeNoise(300, 200).jpeg({ progressive: true })],
  ["image/png", "a.png", makeNoise(300, 200).png()],
  ["image/png", "grey.png", makeNoise(300, 200).greyscale().png()],
  ["image/png", "palette.png", makeNoise(300, 200).png({ palette: true })],
  ["image/png", "deep.png", makeNoise(300, 200).toColourspace("rgb16").png()],
  ["image/png", "clear.png", makeFlat(300, 200, "#00000000").png()],
  ["image/gif", "a.gif", makeNoise(300, 200).gif()],
  ["image/webp", "a.webp", makeNoise(300, 200).webp()],
  ["image/avif", "a.avif", makeNoise(300, 200).avif({ effort: 0 })],
])("a picture is measured: %s %s", async (mimeType, name, picture) => {
  const found = await processor.inspect(await makeFile(name, await picture.toBuffer()), mimeType, await makeFolder());
  const { thumbhash, cleanedPath, ...measures } = found;
  expect(measures).toEqual({
    ...{ mimeType, kind: "image", width: 300, height: 200, orientation: null },
    ...{ duration: null, waveform: null, posterPath: null },
  });
  expect(thumbHashToApproximateAspectRatio(Buffer.from(thumbhash ?? "", "base64"))).toBeCloseTo(1.5, 0);
});

test("a placeholder has the picture's colour", async () => {
  const path = await makeFile("a.png", await makeFlat(300, 200, "#c04020").png().toBuffer());
  const { thumbhash } = await processor.inspect(path, "image/png", await makeFolder());
  const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(thumbhash ?? "", "base64"));
  expect(r).toBeCloseTo(0xc0 / 255, 1);
  expect(g).toBeCloseTo(0x40 / 255, 1);
  expect(b).toBeCloseTo(0x20 / 255, 1);
});

// Where the corner that is stored at the top left is seen.
test.each([
  [1, "left", "top"],
  [2, "right", "top"],
  [3, "right", "bottom"],
  [4, "left", "bottom"],
  [5, "left", "top"],
  [6, "right", "top"],
  [7, "right", "bottom"],
  [8, "left", "bottom"],
] as const)("a picture of orientation %i is measured, and made smaller, as one sees it", async (orientation, x, y) => {
  const corner = await makeFlat(40, 40, "#ff0000").png().toBuffer();
  const stored = await makeFlat(400, 200, "#ffffff")
    .composite([{ input: corner, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const path = await makeFile("a.jpg", await sharp(stored).withMetadata({ orientation }).jpeg().toBuffer());
  const folder = await makeFolder();
  const seen = orientation > 4 ? { width: 200, height: 400 } : { width: 400, height: 200 };
  // The copy that others get leaves out what goes without saying.
  const kept = orientation === 1 ? null : orientation;
  expect(await processor.inspect(path, "image/jpeg", folder)).toMatchObject({ ...seen, orientation: kept });

  const target = join(folder, "small.webp");
  await processor.transform(path, target, { ...contain, width: 100, height: 100 });
  const { data, info } = await sharp(target).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([seen.width / 4, seen.height / 4]);
  const column = x === "left" ? 3 : info.width - 4;
  const row = y === "top" ? 3 : info.height - 4;
  const at = (row * info.width + column) * info.channels;
  expect(data[at]).toBeGreaterThan(200);
  expect(data[at + 1]).toBeLessThan(80);
});

test("a picture of 100 megapixels is measured within the limits", async () => {
  const path = await makeFile("a.jpg", await makeFlat(10_000, 10_000).jpeg().toBuffer());
  const found = await processor.inspect(path, "image/jpeg", await makeFolder());
  expect(found).toMatchObject({ width: 10_000, height: 10_000 });
});

test("a picture with a gain map for bright screens is read as the JPEG that it is", async () => {
  const light = Buffer.from(Float32Array.from({ length: 256 * 256 * 3 }, (_, n) => (n % 997) / 300).buffer);
  const raw = { width: 256, height: 256, channels: 3, depth: "float" } as const;
  // The types that come with sharp don't know of it yet.
  const bright = sharp(light, { raw }).pipelineColourspace("scrgb") as Sharp & { withGainMap(): Sharp };
  const bytes = await bright.withGainMap().jpeg().toBuffer();
  expect((await sharp(bytes).metadata()).gainMap).toBeDefined();
  const path = await makeFile("a.jpg", bytes);
  const folder = await makeFolder();
  expect(await processor.inspect(path, "image/jpeg", folder)).toMatchObject({ width: 256, height: 256 });
  await processor.transform(path, join(folder, "small.webp"), contain);
  expect(await sharp(join(folder, "small.webp")).metadata()).toMatchObject({ width: 256, height: 256 });
});

test("a moving picture is measured by its first frame", async () => {
  const frames = await Promise.all(["#f00", "#0f0", "#00f"].map((colour) => makeFlat(60, 40, colour).png().toBuffer()));
  const path = await makeFile(
    "a.gif",
    await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
  );
  const folder = await makeFolder();
  expect(await processor.inspect(path, "image/gif", folder)).toMatchObject({ width: 60, height: 40 });
  await processor.transform(path, join(folder, "small.webp"), { ...contain, width: 30, height: 30 });
  expect(await sharp(join(folder, "small.webp")).metadata()).toMatchObject({ width: 30, height: 20 });
  expect((await sharp(join(folder, "small.webp")).metadata()).pages).toBeUndefined();
});

test.each([
  ["image/jpeg", "a.jpg", makeNoise(600, 400).jpeg()],
  ["image/png", "a.png", makeNoise(600, 400).png()],
  ["image/webp", "a.webp", makeNoise(600, 400).webp()],
  ["image/avif", "a.avif", makeNoise(600, 400).avif({ effort: 0 })],
  ["image/gif", "a.gif", makeNoise(150, 100).gif()],
])("a picture that was cut short is refused: %s", async (mimeType, name, picture) => {
  const whole = await picture.toBuffer();
  const path = await makeFile(name, whole.subarray(0, Math.floor(whole.length / 2)));
  const error = await catchError(processor.inspect(path, mimeType, await makeFolder()));
  expect(error.code).toBe("unsupported_type");
});

// Of WebP, and of JPEG for the most part, any bits are a picture: there is no telling rubbish from a picture of rubbish.
test.each([
  ["image/jpeg", "a.jpg", makeNoise(600, 400).jpeg()],
  ["image/png", "a.png", makeNoise(600, 400).png()],
  ["image/avif", "a.avif", makeNoise(600, 400).avif({ effort: 0 })],
])("a picture with rubbish inside is refused: %s", async (mimeType, name, picture) => {
  const bytes = await picture.toBuffer();
  const rubbish = createHash("shake256", { outputLength: bytes.length - 1600 })
    .update("rubbish")
    .digest();
  rubbish.copy(bytes, 1500);
  const error = await catchError(processor.inspect(await makeFile(name, bytes), mimeType, await makeFolder()));
  expect(error.code).toBe("unsupported_type");
});

test.each([
  ["padding between its parts", [0xff, 0xfe, 0, 2, 1, 2, 3]],
  ["a version that there isn't", [0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 9, 9, 0, 0, 1, 0, 1, 0, 0]],
])("a JPEG with %s is a picture, as every viewer has it", async (_title, oddity) => {
  const jpeg = await makeFlat(600, 400).jpeg().toBuffer();
  const path = await makeFile("a.jpg", Buffer.concat([jpeg.subarray(0, 2), Buffer.from(oddity), jpeg.subarray(2)]));
  // That libjpeg warns of it is what makes this a test.
  await expect(sharp(path, { failOn: "warning" }).resize(100).toBuffer()).rejects.toThrow(/Jpeg/);
  expect(await processor.inspect(path, "image/jpeg", await makeFolder())).toMatchObject({ width: 600, height: 400 });
});

test("a picture of more than 120 megapixels is too large, however small the file", async () => {
  const bytes = await makeFlat(12_000, 12_000).jpeg().toBuffer();
  expect(bytes.length).toBeLessThan(2_000_000);
  const error = await catchError(processor.inspect(await makeFile("a.jpg", bytes), "image/jpeg", await makeFolder()));
  expect(error.code).toBe("too_large");
});

test("a moving picture of more than 1,000 megapixels in all is too large", async () => {
  const frame = await makeFlat(4000, 4000).png().toBuffer();
  const gif = await sharp(frame).gif().toBuffer();
  // The frame again and again, between the header and the trailer.
  const frameAt = gif.indexOf(Buffer.of(0x2c, 0, 0, 0, 0));
  const frames = Array.from({ length: 70 }, () => gif.subarray(frameAt, -1));
  const path = await makeFile("a.gif", Buffer.concat([gif.subarray(0, frameAt), ...frames, Buffer.of(0x3b)]));
  const error = await catchError(processor.inspect(path, "image/gif", await makeFolder()));
  expect(error.code).toBe("too_large");
});

test.each(["svg", "tiff"] as const)("no variant is made of what is no picture of ours: %s", async (type) => {
  const bytes = {
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>',
    tiff: await makeFlat(10, 10).tiff().toBuffer(),
  };
  const path = await makeFile("a.png", bytes[type]);
  const target = join(await makeFolder(), "small.webp");
  expect((await catchError(processor.transform(path, target, contain))).code).toBe("unsupported_type");
  expect(await readdir(dirname(target))).toEqual([]);
});

test.each([
  ["is cut to the size", { width: 100, height: 100, fit: "cover", format: "webp" }, [100, 100]],
  ["fits into the size", { width: 100, height: 100, fit: "contain", format: "webp" }, [100, 50]],
  ["is never enlarged", { width: 2000, height: 2000, fit: "contain", format: "jpeg" }, [400, 200]],
  ["is never enlarged when cut", { width: 2000, height: 2000, fit: "cover", format: "jpeg" }, [400, 200]],
] as const)("a variant %s", async (_title, variant, [width, height]) => {
  const exif = { IFD0: { Copyright: "somebody" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } };
  const path = await makeFile("a.jpg", await makeFlat(400, 200).withExif(exif).jpeg().toBuffer());
  const target = join(await makeFolder(), "small");
  await processor.transform(path, target, variant);
  const found = await sharp(target).metadata();
  expect(found).toMatchObject({ width, height, format: variant.format });
  expect(found.exif).toBeUndefined();
  expect(await readdir(dirname(target))).toEqual(["small"]);
});

test("what is clear becomes white in a JPEG", async () => {
  const path = await makeFile("a.png", await makeFlat(40, 40, "#00000000").png().toBuffer());
  const target = join(await makeFolder(), "small.jpg");
  await processor.transform(path, target, { ...contain, format: "jpeg" });
  expect((await sharp(target).stats()).channels.map(({ mean }) => Math.round(mean))).toEqual([255, 255, 255]);
});

test("a file that is not there is a fault of ours, not the file's", async () => {
  const path = join(await makeFolder(), "none.jpg");
  const target = join(await makeFolder(), "small.webp");
  await expect(processor.transform(path, target, contain)).rejects.toThrow(/ENOENT/);
});
