/** Reads the command line of a run. */
import { parseArgs } from "node:util";
import { freshSeed } from "./random.ts";
import type { Scenario } from "./scenario.ts";

export type Arguments = { scenario: Scenario; json: boolean; options: Record<string, number> & { seed: number } };

/** What a run was told to do, or undefined when it was asked for help. @throws {Error} for people, when it makes no sense */
export function readArguments(scenarios: Record<string, Scenario>, args: string[]): Arguments | undefined {
  const [name = "", ...rest] = args;
  if (["--help", "-h"].includes(name)) return undefined;
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) throw new Error(`name one scenario first; there are: ${Object.keys(scenarios).join(", ")}`);
  const { help, json, seed, numbers } = parse(scenario, rest);
  if (help) return undefined;
  return { scenario, json, options: { ...numbers, seed } };
}

function parse(scenario: Scenario, args: string[]) {
  const names = Object.keys(scenario.options);
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: String(freshSeed()) },
      ...Object.fromEntries(names.map((name) => [name, { type: "string" } as const])),
    },
  });
  const given: Record<string, string | boolean | undefined> = values;
  const numbers = Object.entries(scenario.options).map(([name, { fallback }]) => {
    return [name, given[name] === undefined ? fallback : toNumber(name, String(given[name]))] as const;
  });
  const { help, json, seed } = values;
  return { help, json, seed: toNumber("seed", seed), numbers: Object.fromEntries(numbers) };
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} needs a number above zero, not "${value}"`);
  return number;
}

const column = 22;

/** How the program is called. @param command what calls a scenario */
export function renderUsage(
  scenarios: Record<string, Scenario>,
  command = (name: string): string => `npm run bench -- ${name}`,
): string {
  const sections = Object.entries(scenarios).map(([name, { options }]) => {
    const lines = Object.entries(options).map(([option, { about, fallback }]) => {
      return `${`  --${option} <n>`.padEnd(column)}${about} (${fallback})`;
    });
    return [`Usage: ${command(name)} [options]`, "", ...lines, ""].join("\n");
  });
  return [
    ...sections,
    "Always:",
    "",
    `${"  --json".padEnd(column)}print one JSON object and nothing else on standard output (use npm run -s)`,
    `${"  --seed <n>".padEnd(column)}what is made by chance is made from it`,
  ].join("\n");
}
