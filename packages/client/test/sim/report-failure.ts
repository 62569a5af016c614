/** Makes the history of a seed that fails as short as it finds it in the time there is. */
import type { Plan, Step } from "./plan.ts";
import type { SimDatabase } from "./sim-database.ts";
import { type Outcome, type Spoil, simulate } from "./simulate.ts";

const defaultBudgetMs = 300_000;

/** What failed, in words: the seed, the first difference, and the shortest history that shows one. */
export async function reportFailure(
  database: SimDatabase,
  plan: Plan,
  outcome: Outcome,
  options: { budgetMs?: number; spoil?: Spoil } = {},
): Promise<string> {
  const { budgetMs = defaultBudgetMs, spoil } = options;
  const again = (smaller: Plan): Promise<Outcome> => simulate(database, smaller, spoil);
  const shortest = await shrink(plan, outcome, again, performance.now() + budgetMs);
  const { failure, history } = shortest.outcome;
  return [
    `Seed ${plan.seed} fails: ${outcome.failure}`,
    `The shortest history found has ${shortest.plan.steps.length} of ${plan.steps.length} steps, and ends with: ${failure}`,
    ...history.map((line) => `  ${line}`),
    `To run it again: npm run sim -- --seeds 1 --from ${plan.seed}`,
  ].join("\n");
}

type Found = { plan: Plan; outcome: Outcome };

/** Delta debugging (Zeller and Hildebrandt, 2002): leaves out ever smaller parts for as long as it still fails. */
async function shrink(
  plan: Plan,
  outcome: Outcome,
  again: (smaller: Plan) => Promise<Outcome>,
  end: number,
): Promise<Found> {
  let found: Found = { plan, outcome };
  const attempt = async (steps: Step[]): Promise<boolean> => {
    const smaller = { ...plan, steps };
    const tried = await again(smaller);
    if (tried.failure === undefined) return false;
    found = { plan: smaller, outcome: tried };
    return true;
  };
  await attempt(plan.steps.map((step) => ({ ...step, isCalm: true })));
  for (let size = Math.ceil(found.plan.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < found.plan.steps.length; ) {
      if (performance.now() > end) return found;
      const left = found.plan.steps.toSpliced(start, size);
      if (!(await attempt(left))) start += size;
    }
  }
  return found;
}
