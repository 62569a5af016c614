/** Reads the settings from the environment, all problems at once. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { type SettingName, settings } from "./config-table.ts";

export type Config = { [Name in SettingName]: z.output<(typeof settings)[Name]["schema"]> };

/** What is wrong with the configuration, a line a problem. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The configuration has ${problems.length === 1 ? "a problem" : "problems"}:\n  ${problems.join("\n  ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * The configuration that an environment asks for.
 * @throws {ConfigError} naming every variable that is wrong.
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([name, entry]) => {
    const given = readVariable(env, entry.env, problems);
    const result = entry.schema.safeParse(given);
    if (!result.success) problems.push(...result.error.issues.map((issue) => `${entry.env}: ${issue.message}`));
    return [name, result.data];
  });
  problems.push(...findUnknown(env));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries);
}

/** The configuration with defaults, and with what a host program gives in code. */
export function defaultConfig(given: Partial<Config> = {}): Config {
  return { ...readConfig({}), ...given };
}

function readVariable(env: Record<string, string | undefined>, name: string, problems: string[]): string | undefined {
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return value === "" ? undefined : value;
  if (value !== undefined && value !== "") problems.push(`${name}: give either ${name} or ${name}_FILE`);
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    problems.push(`${name}_FILE: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

// A misspelt variable would otherwise be a setting that silently is not set.
function findUnknown(env: Record<string, string | undefined>): string[] {
  const known = new Set(Object.values(settings).flatMap((entry) => [entry.env, `${entry.env}_FILE`]));
  return Object.keys(env)
    .filter((name) => name.startsWith("PIPIT_") && !known.has(name))
    .map((name) => `${name}: there is no such setting`);
}
