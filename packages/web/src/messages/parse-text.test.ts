/** How texts are taken apart. */
import { describe, expect, test } from "vitest";
import { countLoneEmoji, flattenText, type ParseOptions, parseText, type Span } from "./parse-text.ts";

/** A tree in short: `<kind …>` around what is special. */
function show(text: string, options?: ParseOptions): string {
  const one = (span: Span): string => {
    if (span.kind === "text") return span.text;
    if ("spans" in span) return `<${span.kind} ${span.spans.map(one).join("")}>`;
    if (span.kind === "link")
      return span.href === span.text ? `<link ${span.text}>` : `<link ${span.text} ${span.href}>`;
    return `<${span.kind} ${span.text}>`;
  };
  return parseText(text, options).map(one).join("");
}

describe("links", () => {
  test.each([
    ["see https://example.org/a_b?c=1, it is", "see <link https://example.org/a_b?c=1>, it is"],
    ["(https://en.wikipedia.org/wiki/Pipit_(bird))", "(<link https://en.wikipedia.org/wiki/Pipit_(bird)>)"],
    ["https://example.org/x.", "<link https://example.org/x>."],
    ["“https://example.org/x”", "“<link https://example.org/x>”"],
    ["www.example.org!", "<link www.example.org https://www.example.org/>!"],
    ["example.com/a and readme.md", "<link example.com/a https://example.com/a> and readme.md"],
    ["HTTPS://EXAMPLE.ORG", "<link HTTPS://EXAMPLE.ORG https://example.org/>"],
    ["http://", "http://"],
    ["ada@example.org.", "<link ada@example.org mailto:ada@example.org>."],
    ["*https://example.org/a_b_c*", "<bold <link https://example.org/a_b_c>>"],
    ["https://example.org/*a*b", "<link https://example.org/*a*b>"],
    ["a.b.c", "a.b.c"],
    ["see https://例え.jp/道", "see <link https://例え.jp/道 https://xn--r8jz45g.jp/%E9%81%93>"],
  ])("%s", (text, shown) => expect(show(text)).toBe(shown));

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "jаvascript://example.x%0aalert(1)",
  ])("%s is no link", (text) => expect(parseText(text).some((span) => span.kind === "link")).toBe(false));

  test("none leads anywhere but to the web or to mail", () => {
    const text = "javascript:https://example.org JAVASCRIPT:www.example.org x:ada@example.org";
    const hrefs = parseText(text).flatMap((span) => (span.kind === "link" ? [span.href] : []));
    for (const href of hrefs) expect(href).toMatch(/^(https?:\/\/|mailto:)/);
  });

  test("characters that turn the direction end an address", () => {
    expect(show("https://example.org/\u202egpj.exe")).toBe("<link https://example.org/>\u202egpj.exe");
  });
});

describe("marks", () => {
  test.each([
    ["*bold* _italic_ ~gone~", "<bold bold> <italic italic> <strike gone>"],
    ["*bold _and italic_*", "<bold bold <italic and italic>>"],
    ["_*~all~*_", "<italic <bold <strike all>>>"],
    ["*never closed", "*never closed"],
    ["closed* only", "closed* only"],
    ["*a _b* c_", "<bold a _b> c_"],
    ["2*3*4", "2*3*4"],
    ["snake_case_name", "snake_case_name"],
    ["* no *", "* no *"],
    ["**", "**"],
    ["***", "***"],
    ["*one\ntwo*", "*one\ntwo*"],
    ["*one\ntwo* *three*", "*one\ntwo* <bold three>"],
    ["(*bold*), yes", "(<bold bold>), yes"],
    ["*a* *b", "<bold a> *b"],
    ["*قراءة* _नमस्ते_", "<bold قراءة> <italic नमस्ते>"],
  ])("%s", (text, shown) => expect(show(text)).toBe(shown));

  test("a long text of marks that nothing closes takes no time", () => {
    const begun = performance.now();
    parseText("*a _b ~c ".repeat(1_100));
    parseText("(*".repeat(5_000));
    parseText("_a*".repeat(3_300));
    parseText("`".repeat(10_000));
    parseText("a.".repeat(5_000));
    parseText("a@".repeat(5_000));
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe("code", () => {
  test.each([
    ["`a *b* c`", "<code a *b* c>"],
    ["`https://example.org`", "<code https://example.org>"],
    ["*`a`*", "<bold <code a>>"],
    ["`never closed", "`never closed"],
    ["```\none\n  *two*\n```", "<block one\n  *two*>"],
    ["before ```x``` after", "before <block x> after"],
    ["```never closed", "```never closed"],
  ])("%s", (text, shown) => expect(show(text)).toBe(shown));
});

describe("mentions", () => {
  const names: Record<string, string> = { ada: "Ada Lovelace", bob: "Ada", "u-1": "José" };
  const nameOf = (id: string): string => names[id] ?? id;

  test.each<[string, string, string[]]>([
    ["hello @[ada]!", "hello <mention @Ada Lovelace>!", []],
    ["@[nobody]", "<mention @nobody>", []],
    ["@ada lovelace, come", "<mention @ada lovelace>, come", ["ada", "bob"]],
    ["@Ada and @José", "<mention @Ada> and <mention @José>", ["bob", "u-1"]],
    ["@Adam", "@Adam", ["bob"]],
    ["me@Ada", "me@Ada", ["bob"]],
    ["@Ada", "@Ada", []],
    ["*@[ada]*", "<bold <mention @Ada Lovelace>>", []],
    ["`@[ada]`", "<code @[ada]>", []],
  ])("%s", (text, shown, mentions) => expect(show(text, { mentions, nameOf })).toBe(shown));

  test("everybody is meant where the message says so", () => {
    expect(show("@all look", { isAllMentioned: true })).toBe("<mention @all> look");
    expect(show("@all look")).toBe("@all look");
  });

  test("the id goes along", () => {
    expect(parseText("@[ada]", { nameOf })).toEqual([{ kind: "mention", userId: "ada", text: "@Ada Lovelace" }]);
  });
});

test("in one line, nothing is left of the marks", () => {
  expect(flattenText("*Hello* @[ada]\n```\nx\n```  `y`", { nameOf: () => "Ada" })).toBe("Hello @Ada x y");
});

test.each([
  ["👍", 1],
  ["👨‍👩‍👧‍👦 ❤️", 2],
  ["🇩🇪🏳️‍🌈1️⃣", 3],
  ["👍🏽👍🏽👍🏽👍🏽", 0],
  ["a👍", 0],
  ["1", 0],
  ["12", 0],
  ["©", 0],
  ["", 0],
])("%s is so many emoji alone: %i", (text, count) => expect(countLoneEmoji(text)).toBe(count));
