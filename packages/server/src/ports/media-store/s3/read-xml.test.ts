/** The XML that S3 answers with is read as it is meant, and what is no XML is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childrenOf, escapeXml, readXml, requireText, textOf } from "./read-xml.ts";

describe("XML", () => {
  it("is read with namespaces, comments, empty elements, entities and raw text", () => {
    const list = readXml(`<?xml version="1.0" encoding="UTF-8"?>
      <List xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><!-- a > b -->
        <Item><Key>a&amp;b&lt;&#34;&#x43;</Key><ETag>&quot;1-2&quot;</ETag><Owner/></Item>
        <Item><Key><![CDATA[<raw>&amp;]]></Key></Item>
      </List>`);
    const [first, second] = childrenOf(list, "Item");
    expect(list.name).toBe("List");
    expect(first && textOf(first, "Key")).toBe('a&b<"C');
    expect(first && textOf(first, "ETag")).toBe('"1-2"');
    expect(first && textOf(first, "Owner")).toBe("");
    expect(second && requireText(second, "Key")).toBe("<raw>&amp;");
    expect(textOf(list, "Missing")).toBeUndefined();
    expect(() => requireText(list, "Missing")).toThrow(/lacks Missing in List/);
  });

  it.each([
    ...["", "text", "<a>", "</a>", "<a></b>", "<a></a></a>", "<a/><b/>", "<a/>text", "<a>&nbsp;</a>", "<a>&amp</a>"],
    ...["<a", "<a><", "<1/>", "<a>&#x110000;</a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a><!-- </a>"],
  ])("is refused when it is broken: %s", (xml) => {
    expect(() => readXml(xml)).toThrow(/^XML/);
  });

  it("gives back any text that was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(readXml(`<a>${escapeXml(text)}</a>`).text).toBe(text);
      }),
    );
  });

  it("is read in no more time than it is long", () => {
    const started = performance.now();
    for (const piece of ["<a>", "<", "&", "<!--", "<![CDATA[", "<a ", "</"]) {
      expect(() => readXml(piece.repeat(100_000))).toThrow(/^XML/);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
