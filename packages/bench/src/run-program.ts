/** What the programs of this package have in common: they read their arguments, run one scenario, and print what it gave. */
import { Interrupted, withScope } from "./processes/scope.ts";
import { type Arguments, readArguments } from "./read-arguments.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Progress goes to standard error, the result to standard output.
 * @param args the scenario's name, and its options
 * @returns the exit code: 1 if the scenario has complaints or failed, 2 if the arguments make no sense
 */
export async function runProgram(
  scenarios: Record<string, Scenario>,
  args: string[],
  renderUsage: () => string,
): Promise<number> {
  const run = understand(scenarios, args, renderUsage);
  if (typeof run === "number") return run;
  try {
    return await carryOut(run);
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** What to run, or the exit code of a run that is over. */
function understand(
  scenarios: Record<string, Scenario>,
  args: string[],
  renderUsage: () => string,
): Arguments | number {
  try {
    const run = readArguments(scenarios, args);
    if (run) return run;
    console.error(renderUsage());
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${renderUsage()}`);
    return 2;
  }
}

async function carryOut({ scenario, json, options }: Arguments): Promise<number> {
  const startedAt = performance.now();
  const progress = (text: string): void => {
    console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${text}`);
  };
  progress(`seed ${options.seed}`);
  const { result, text, complaints } = await withScope((scope) => scenario.run(scope, options, progress));
  console.log(json ? JSON.stringify(result) : text);
  // Some texts have them already.
  for (const complaint of complaints) if (json || !text.includes(complaint)) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
}
