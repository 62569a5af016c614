/** `npm run chaos -- <scenario>`: disturbs a cluster under load and checks what it promised. Progress goes to standard error. */
import { renderChaos } from "./chaos/render-chaos.ts";
import { runChaos } from "./chaos/run-chaos.ts";
import { chaosScenarios } from "./chaos/scenarios.ts";
import { runProgram } from "./run-program.ts";
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

process.exitCode = await runProgram(scenarios, process.argv.slice(2), renderUsage);

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
