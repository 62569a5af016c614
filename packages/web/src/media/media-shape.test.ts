/** What a medium is shown as, and how large. */
import { expect, it } from "vitest";
import { toBox } from "./box-size.ts";
import { toShape } from "./media-shape.ts";
import { toVariant } from "./picture-size.ts";

const described = { mimeType: "image/png", fileName: "a.png", hasPoster: false };

it("shows as a picture only what the browser or the server can make one of", () => {
  expect(toShape({ ...described, messageType: "image" })).toBe("picture");
  expect(toShape({ ...described, messageType: "image", mimeType: "image/gif" })).toBe("gif");
  expect(toShape({ ...described, messageType: "image", mimeType: "image/heic" })).toBe("document");
  expect(toShape({ ...described, messageType: "image", mimeType: "image/heic", hasPoster: true })).toBe("picture");
  expect(toShape({ ...described, messageType: "file" })).toBe("document");
});

it("tells recordings from music by their type, or their name", () => {
  const sound = { messageType: "audio", mimeType: "audio/mp4", hasPoster: false } as const;
  expect(toShape({ ...sound, fileName: "voice-message.m4a" })).toBe("voice");
  expect(toShape({ ...sound, fileName: "x", mimeType: "audio/webm" })).toBe("voice");
  expect(toShape({ ...sound, fileName: "Invoice.m4a" })).toBe("audio");
});

it("gives boxes within bounds, in the picture's own shape where that is possible", () => {
  expect(toBox(2400, 1600)).toEqual({ width: 330, height: 220 });
  expect(toBox(700, 1200)).toEqual({ width: 222, height: 380 });
  expect(toBox(100, 4000)).toEqual({ width: 150, height: 380 });
  expect(toBox(4000, 100)).toEqual({ width: 330, height: 100 });
  expect(toBox(null, null)).toEqual({ width: 260, height: 260 });
});

it("asks for the few sizes that the server makes", () => {
  expect(toVariant({ width: 40, fit: "cover" })).toEqual({ width: 96, height: 96, fit: "cover", format: "webp" });
  expect(toVariant({ width: 330, height: 220 })).toMatchObject({ width: 640, fit: "contain" });
  expect(toVariant({ width: 5000 })).toMatchObject({ width: 1280 });
});
