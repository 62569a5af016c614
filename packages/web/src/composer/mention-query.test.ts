import { describe, expect, it } from "vitest";
import { findMentionQuery, fitsName, insertMention, isCalled } from "./mention-query.ts";

describe("what is being called", () => {
  it.each([
    ["@", 1, { start: 0, end: 1, name: "" }],
    ["Hello @ad", 9, { start: 6, end: 9, name: "ad" }],
    ["Hello @ada lo", 13, { start: 6, end: 13, name: "ada lo" }],
    ["(@bob", 5, { start: 1, end: 5, name: "bob" }],
    ["@मी", 3, { start: 0, end: 3, name: "मी" }],
    ["@ada and more", 4, { start: 0, end: 4, name: "ada" }],
    ["line\n@x", 7, { start: 5, end: 7, name: "x" }],
  ])("%j at %d", (text, caret, query) => {
    expect(findMentionQuery(text, caret)).toEqual(query);
  });

  it.each([
    ["mail@example.org", 12],
    ["@ada, hello", 6],
    ["@ada lovelace was", 17],
    ["nothing", 7],
    ["@@", 2],
    ["@ada\nhello", 10],
  ])("nobody: %j at %d", (text, caret) => {
    expect(findMentionQuery(text, caret)).toBeUndefined();
  });

  it("stands in the text by the whole name, with the caret behind it", () => {
    const query = { start: 6, end: 9, name: "ad" };
    expect(insertMention("Hello @ad", query, "Ada Lovelace")).toEqual({ text: "Hello @Ada Lovelace ", caret: 20 });
    expect(insertMention("Hello @ad there", query, "Ada")).toEqual({ text: "Hello @Ada there", caret: 10 });
  });

  it("is meant only by the whole name", () => {
    expect(isCalled("Hi @Ann, and @Anna", "Ann")).toBe(true);
    expect(isCalled("Hi @Anna", "Ann")).toBe(false);
    expect(isCalled("Hi @Anna, @Ann", "Ann")).toBe(true);
    expect(isCalled("mail@Ann", "Ann")).toBe(false);
  });

  it("is found by any word of a name", () => {
    expect(fitsName("Ada Lovelace", "love")).toBe(true);
    expect(fitsName("Ada Lovelace", "ada lo")).toBe(true);
    expect(fitsName("Ada Lovelace", "lace")).toBe(false);
  });
});
