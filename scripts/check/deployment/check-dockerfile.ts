/** Checks a Dockerfile: its grammar, and what we hold to. */
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

/** @param workspaces the folders of all package.json that `npm ci` asks for @returns what is wrong, a line each */
export function checkDockerfile(text: string, workspaces: readonly string[]): string[] {
  const grammar = validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
  const all = DockerfileParser.parse(text)
    .getInstructions()
    .map((one) => ({ keyword: one.getKeyword(), rest: one.getArgumentsContent() ?? "" }));
  const lastStage = all.slice(all.findLastIndex((one) => one.keyword === "FROM"));
  const last = (keyword: string): string => lastStage.findLast((one) => one.keyword === keyword)?.rest ?? "";
  const copied = all.filter((one) => one.keyword === "COPY").map((one) => one.rest);
  const rules: [boolean, string][] = [
    [all.filter((one) => one.keyword === "FROM").length > 1, "it has one stage only"],
    [/^[1-9]\d*:[1-9]\d*$/.test(last("USER")), "the last USER is not a number that is not 0"],
    [/^(?!.*:latest)\S+:\d+\.\d+\.\d+/.test(findArgument(all, "NODE_IMAGE")), "the base image has no whole version"],
    [last("HEALTHCHECK").includes("health-check.mjs"), "there is no HEALTHCHECK by health-check.mjs"],
    [last("ENTRYPOINT").startsWith("["), "the ENTRYPOINT runs in a shell, which passes no signals on"],
    [!lastStage.some((one) => one.keyword === "RUN" && /\bnpm\b/.test(one.rest)), "the last stage runs npm"],
    [
      all.some((one) => one.keyword === "RUN" && /npm ci[^&]*--omit=dev/.test(one.rest)),
      "nothing omits what is for development",
    ],
    [!copied.some((rest) => /(^|\s)\.\/?\s+\S+$/.test(rest)), "it copies the whole folder"],
    ...workspaces.map((folder): [boolean, string] => [
      copied.some((rest) => rest.startsWith(`${folder}/package.json `)),
      `${folder}/package.json is not copied for npm ci`,
    ]),
  ];
  return [...grammar, ...rules.filter(([holds]) => !holds).map(([, problem]) => problem)];
}

function findArgument(all: readonly { keyword: string; rest: string }[], name: string): string {
  const found = all.find((one) => one.keyword === "ARG" && one.rest.startsWith(`${name}=`));
  return found?.rest.slice(name.length + 1) ?? "";
}
