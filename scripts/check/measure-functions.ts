/** Measures the functions of a source file. */
import type { ArrowFunctionExpression, Function as FunctionNode, Node } from "oxc-parser";
import { isTestFile, type SourceFile } from "./source-files.ts";
import { lineAt, walkSyntax } from "./syntax.ts";

/** A function by the name it is known by, its first line, and its length in lines, nested functions included. */
export type MeasuredFunction = { name: string; line: number; lines: number };

/** Every function of the file, save those that only group tests: a `describe` is a chapter, not a function. */
export function measureFunctions(file: SourceFile): MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  walkSyntax(file, (node, parent) => {
    if (!isFunction(node) || !node.body) return;
    if (isTestFile(file.path) && groupsTests(parent)) return;
    const line = lineAt(file.source, node.start);
    const lines = lineAt(file.source, node.end) - line + 1;
    found.push({ name: nameOf(node, parent), line, lines });
  });
  return found;
}

function isFunction(node: Node): node is FunctionNode | ArrowFunctionExpression {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

function nameOf(node: FunctionNode | ArrowFunctionExpression, parent: Node | undefined): string {
  if (node.id) return node.id.name;
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  const isKeyed =
    parent?.type === "MethodDefinition" || parent?.type === "PropertyDefinition" || parent?.type === "Property";
  return isKeyed && parent.key.type === "Identifier" ? parent.key.name : "anonymous";
}

/** Whether the parent is a call of `describe`, in any of its forms: `describe.skip(…)`, `describe.each(…)(…)`. */
function groupsTests(parent: Node | undefined): boolean {
  if (parent?.type !== "CallExpression") return false;
  let callee: Node = parent.callee;
  while (callee.type === "MemberExpression" || callee.type === "CallExpression") {
    callee = callee.type === "MemberExpression" ? callee.object : callee.callee;
  }
  return callee.type === "Identifier" && callee.name === "describe";
}
