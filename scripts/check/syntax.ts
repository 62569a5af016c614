/** Parses a source file and walks its syntax tree. */
import { type Node, parseSync, visitorKeys } from "oxc-parser";
import type { SourceFile } from "./source-files.ts";

export type Visit = (node: Node, parent: Node | undefined) => void;

/** Shows every node of the file to the visitor, parents before children; throws on a syntax error. */
export function walkSyntax({ path, source }: SourceFile, visit: Visit): void {
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  walk(program, undefined, visit);
}

/** Turns an offset in the source into a line number, from 1. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

function walk(node: Node, parent: Node | undefined, visit: Visit): void {
  visit(node, parent);
  for (const child of childrenOf(node)) walk(child, node, visit);
}

function childrenOf(node: Node): Node[] {
  const values = Object.entries(node).filter(([key]) => visitorKeys[node.type]?.includes(key));
  return values.flatMap(([, value]) => value).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
