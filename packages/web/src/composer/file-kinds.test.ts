import { describe, expect, it } from "vitest";
import { kindOf, problemOf, typeOf } from "./file-kinds.ts";

describe("a file before it is sent", () => {
  it.each([
    ["image/png", "a.png", "image"],
    ["video/quicktime", "a.mov", "video"],
    ["audio/webm;codecs=opus", "a.webm", "audio"],
    ["application/pdf", "a.pdf", "file"],
    ["", "notes.MD", "file"],
    ["text/markdown", "notes.md", "file"],
    ["", "a.heic", "image"],
  ])("%j, %s is a %s", (type, name, kind) => {
    expect(kindOf({ type, name })).toBe(kind);
    expect(typeOf({ type, name })).toBeDefined();
  });

  it("is refused for what the server would refuse it for", () => {
    const file = { type: "image/png", name: "a.png", size: 10 };
    expect(problemOf(file, 10)).toBeUndefined();
    expect(problemOf(file, 9)).toBe("tooLarge");
    expect(problemOf({ ...file, size: 0 }, 9)).toBe("empty");
    expect(problemOf({ ...file, type: "image/svg+xml", name: "a.svg" }, 10)).toBe("wrongType");
    expect(problemOf({ ...file, type: "", name: "program" }, 10)).toBe("wrongType");
  });
});
