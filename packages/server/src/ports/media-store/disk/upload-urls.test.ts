/** Upload addresses open what was signed, and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../app-error.ts";
import { seal } from "../../../sealed-token.ts";
import type { UploadPromise } from "../media-store.ts";
import { createUploadUrls } from "./upload-urls.ts";

const promise: UploadPromise = { contentType: "image/png", size: 12, expiresAt: new Date("2030-01-01T00:00:00Z") };
let now = new Date("2029-12-31T23:00:00Z");
const options = { secret: "one secret", baseUrl: () => "https://chat.example/api", now: () => now };
const urls = createUploadUrls(options);

function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

function codeOf(token: string): string {
  try {
    urls.open(token);
    return "opened";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe("upload addresses", () => {
  it.each([
    ["put", "https://chat.example/api/media/uploads/"],
    ["tus", "https://chat.example/api/media/tus/"],
  ] as const)("of the door %s open what was promised", (door, beginning) => {
    const url = urls.sign(door, "t/u/file.png", promise);
    expect(url.startsWith(beginning)).toBe(true);
    expect(tokenOf(url)).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(urls.open(tokenOf(url))).toEqual({ door, key: "t/u/file.png", promise });
  });

  it("of the longest key still open", () => {
    const url = urls.sign("put", "k".repeat(512), promise);
    expect(urls.open(tokenOf(url)).key).toBe("k".repeat(512));
  });

  it("are gone when their time is over, to the millisecond", () => {
    const token = tokenOf(urls.sign("put", "a", promise));
    now = new Date(promise.expiresAt.getTime() - 1);
    expect(codeOf(token)).toBe("opened");
    now = promise.expiresAt;
    expect(codeOf(token)).toBe("gone");
    now = new Date("2029-12-31T23:00:00Z");
  });

  it("with any character changed, cut or added are unknown", () => {
    const token = tokenOf(urls.sign("put", "a/b", promise));
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === "A" ? "B" : "A";
      expect(codeOf(token.slice(0, at) + other + token.slice(at + 1))).toBe("not_found");
      expect(codeOf(token.slice(0, at))).toBe("not_found");
    }
    for (const end of ["=", ".", "A", `.${token}`]) expect(codeOf(token + end)).toBe("not_found");
  });

  it("sealed with another secret, or of something else with the same, are unknown", () => {
    const other = createUploadUrls({ ...options, secret: "another" }).sign("put", "a", promise);
    expect(codeOf(tokenOf(other))).toBe("not_found");
    expect(codeOf(seal(options.secret, { id: "a", until: 1 }))).toBe("not_found");
  });

  it("that are anything at all are unknown", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constant("x".repeat(100_000))), (token) => {
        expect(codeOf(token)).toBe("not_found");
      }),
      { verbose: true },
    );
  });
});
