/** What a scenario of `npm run bench` takes, and what it gives. */
import type { Scope } from "./processes/scope.ts";

export type Progress = (text: string) => void;

/** Numbers above zero that a run may be given, each with what it means and what it is otherwise. */
type NumberOptions<Name extends string> = Record<Name, { about: string; fallback: number }>;

type Outcome = {
  /** What --json prints. */
  result: object;
  /** The same for people. */
  text: string;
  /** What went wrong, one sentence each; a run that was right has none. */
  complaints: string[];
};

type ScenarioOf<Name extends string> = {
  options: NumberOptions<Name>;
  /** Starts everything that it needs; the scope ends it. */
  run(scope: Scope, options: Record<Name, number> & { seed: number }, progress: Progress): Promise<Outcome>;
};

export type Scenario = ScenarioOf<string>;

/** A scenario whose run gets just the options that it names. */
export function defineScenario<Name extends string>(scenario: ScenarioOf<Name>): ScenarioOf<Name> {
  return scenario;
}
