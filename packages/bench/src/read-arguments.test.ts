import { expect, test } from "vitest";
import { readArguments, renderUsage } from "./read-arguments.ts";
import { defineScenario } from "./scenario.ts";

const walk = defineScenario({
  options: { steps: { about: "how far", fallback: 4 } },
  run: async () => ({ result: {}, text: "", complaints: [] }),
});

test("options that are not given are what the scenario says, and a seed is made", () => {
  expect(readArguments({ walk }, ["walk"])).toMatchObject({ scenario: walk, json: false, options: { steps: 4 } });
  expect(readArguments({ walk }, ["walk"])?.options.seed).toBeGreaterThanOrEqual(0);
  const args = ["walk", "--steps", "7.5", "--json", "--seed", "3"];
  expect(readArguments({ walk }, args)).toMatchObject({ json: true, options: { steps: 7.5, seed: 3 } });
});

test("help is no error, wherever it is asked for", () => {
  for (const args of [["--help"], ["-h"], ["walk", "--help"]]) expect(readArguments({ walk }, args)).toBeUndefined();
});

test("what makes no sense is refused", () => {
  for (const args of [
    [],
    ["run"],
    ["toString"],
    ["walk", "--steps", "-1"],
    ["walk", "on"],
    ["walk", "--seconds", "1"],
  ]) {
    expect(() => readArguments({ walk }, args), args.join(" ")).toThrow();
  }
});

test("the usage tells every option with what it is otherwise", () => {
  expect(renderUsage({ walk })).toContain("--steps <n>         how far (4)");
});
