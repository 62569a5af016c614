/** Finds reads of the environment and the clock outside the files that own them: elsewhere both are passed in. */
import type { Node } from "oxc-parser";
import { isTestFile, type SourceFile } from "./source-files.ts";
import { lineAt, walkSyntax } from "./syntax.ts";

const ENV_OWNER = "packages/server/src/config.ts";
const CLOCK_OWNERS = /^packages\/(server|client|web)\/src\/clock\.ts$/;

/** The product's own source. The load generator and the scripts are tools, which live by the command line and the wall
 * clock; the examples stand for other people's products. */
const checked = /^packages\/(?!bench\/)[^/]+\/src\//;

/** What is wrong, one sentence each. */
export function checkAmbientReads(files: SourceFile[]): string[] {
  return files.filter(({ path }) => checked.test(path) && !isTestFile(path)).flatMap(checkFile);
}

function checkFile(file: SourceFile): string[] {
  const problems: string[] = [];
  walkSyntax(file, (node) => {
    const problem = problemOf(node, file.path);
    if (problem) problems.push(`${file.path}:${lineAt(file.source, node.start)} ${problem}`);
  });
  return problems;
}

function problemOf(node: Node, path: string): string | undefined {
  if (readsEnv(node) && path !== ENV_OWNER) return `reads process.env; only ${ENV_OWNER} may`;
  if (readsClock(node) && !CLOCK_OWNERS.test(path)) return "reads the time; take it from the clock in the context";
  return undefined;
}

function readsEnv(node: Node): boolean {
  if (node.type === "MemberExpression") return isMember(node, "process", "env");
  if (node.type === "VariableDeclarator") return isName(node.init, "process") && bindsKey(node.id, "env");
  if (node.type !== "ImportDeclaration" || !/^(node:)?process$/.test(node.source.value)) return false;
  return node.specifiers.some(
    (one) => one.type === "ImportSpecifier" && "name" in one.imported && one.imported.name === "env",
  );
}

function readsClock(node: Node): boolean {
  if (node.type === "MemberExpression") return isMember(node, "Date", "now");
  if (node.type === "NewExpression") return isName(node.callee, "Date") && node.arguments.length === 0;
  return node.type === "CallExpression" && isName(node.callee, "Date");
}

/** `object.key` or `object["key"]`, also behind `globalThis`. */
function isMember(node: Node & { type: "MemberExpression" }, object: string, key: string): boolean {
  const isOfGlobal = node.object.type === "MemberExpression" && isMember(node.object, "globalThis", object);
  if (!isName(node.object, object) && !isOfGlobal) return false;
  return node.computed ? node.property.type === "Literal" && node.property.value === key : node.property.name === key;
}

function isName(node: Node | null, name: string): boolean {
  return node?.type === "Identifier" && node.name === name;
}

function bindsKey(node: Node, key: string): boolean {
  if (node.type !== "ObjectPattern") return false;
  return node.properties.some((property) => property.type === "Property" && isName(property.key, key));
}
