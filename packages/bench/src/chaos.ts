/** `npm run chaos -- <scenario>`: disturbs a cluster under load and checks what it promised. Progress goes to standard error. */
import { renderChaos } from "./chaos/render-chaos.ts";
import { runChaos } from "./chaos/run-chaos.ts";
import { chaosScenarios } from "./chaos/scenarios.ts";
import { Interrupted, withScope } from "./processes/scope.ts";
import { type Arguments, readArguments } from "./read-arguments.ts";
import { defineScenario, type Scenario } from "./scenario.ts";

const options = {
  minutes: { about: "how long faults go on", fallback: 10 },
  clients: { about: "light clients, spread over the nodes", fallback: 1000 },
  rate: { about: "messages a second, over all clients", fallback: 40 },
  every: { about: "seconds from the beginning of one fault to that of the next", fallback: 30 },
  nodes: { about: "nodes of the cluster", fallback: 3 },
};

/** Of clients of a node that was killed, 95 in a hundred are to be back by then. */
const backWithinMs = 6_000;

const scenarios: Record<string, Scenario> = Object.fromEntries(
  Object.entries(chaosScenarios).map(([name, scenario]) => [
    name,
    defineScenario({
      options,
      async run(scope, given, progress) {
        const result = await runChaos(scope, name, scenario, { ...given, secondMs: 1000, backWithinMs }, progress);
        return { result, text: renderChaos(result), complaints: result.problems };
      },
    }),
  ]),
);

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const run = understand(args);
  if (typeof run === "number") return run;
  console.error(`seed ${run.options.seed}`);
  try {
    return await disturb(run);
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    return error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** What to run, or the exit code of a run that is over. */
function understand(args: string[]): Arguments | number {
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

async function disturb({ scenario, json, options: given }: Arguments): Promise<number> {
  const startedAt = performance.now();
  const { result, text, complaints } = await withScope((scope) => {
    return scenario.run(scope, given, (progress) => {
      console.error(`[${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s] ${progress}`);
    });
  });
  console.log(json ? JSON.stringify(result) : text);
  if (json) for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
}

function renderUsage(): string {
  const column = 22;
  const line = (name: string, about: string): string => `  ${name}`.padEnd(column) + about;
  return [
    "Usage: npm run chaos -- <scenario> [options]",
    "",
    ...Object.entries(chaosScenarios).map(([name, { about }]) => line(name, about)),
    "",
    ...Object.entries(options).map(([name, { about, fallback }]) => line(`--${name} <n>`, `${about} (${fallback})`)),
    line("--seed <n>", "repeats a run's choices; the run prints it"),
    line("--json", "print one JSON object and nothing else on standard output (use npm run -s)"),
  ].join("\n");
}
