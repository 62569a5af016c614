/** The first half of the seeds that always run; `npm run sim` runs more. */
import { describeSeeds, useSimDatabase } from "./sim/sim-seeds.ts";

describeSeeds(1, 50, useSimDatabase());
