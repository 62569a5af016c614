/** Reads the little XML that S3 answers with: elements and text. */

export type XmlElement = { name: string; text: string; children: XmlElement[] };

const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[(?<raw>[\s\S]*?)\]\]>|<(?<end>\/?)(?<name>[A-Za-z_][\w:.-]*)[^<>]*?(?<empty>\/?)>|(?<text>[^<]+)/y;

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const whitespace = /^\s*$/;

/**
 * The outermost element of a document. Attributes are passed over, document types are refused.
 * @throws when it is not well-formed
 */
export function readXml(xml: string): XmlElement {
  const top: XmlElement = { name: "", text: "", children: [] };
  const open = [top];
  for (let at = xml.startsWith("\uFEFF") ? 1 : 0; at < xml.length; at = token.lastIndex) {
    token.lastIndex = at;
    const groups = token.exec(xml)?.groups;
    if (!token.lastIndex) throw new Error("XML that is not well-formed");
    if (groups) readToken(groups, open);
  }
  const [root, ...others] = top.children;
  if (root === undefined || others.length > 0 || open.length > 1 || !whitespace.test(top.text)) {
    throw new Error("XML that does not have one element with all others in it");
  }
  return root;
}

/** The text of the first child with a name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** The text of the child with a name. @throws if there is none */
export function requireText(element: XmlElement, name: string): string {
  const text = textOf(element, name);
  if (text === undefined) throw new Error(`XML that lacks ${name} in ${element.name}`);
  return text;
}

/** The children with a name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** A text as it is written in XML. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function readToken(groups: Record<string, string | undefined>, open: XmlElement[]): void {
  const { raw, text, name, end, empty } = groups;
  const current = open.at(-1);
  if (current === undefined) throw new Error("XML that ends more than it began");
  current.text += raw ?? decode(text ?? "");
  if (name === undefined) return;
  if (end === "/") {
    if (current.name !== name || open.length === 1) throw new Error(`XML that ends ${name} where it did not begin`);
    open.pop();
    return;
  }
  const element = { name, text: "", children: [] };
  current.children.push(element);
  if (empty !== "/") open.push(element);
}

function decode(text: string): string {
  return text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? "", number[1] === undefined ? 10 : 16) : 0;
    const character = number && code <= 0x10ffff ? String.fromCodePoint(code) : entities[name];
    if (character === undefined || !whole.endsWith(";"))
      throw new Error(`XML with an entity that is not known: ${whole}`);
    return character;
  });
}
