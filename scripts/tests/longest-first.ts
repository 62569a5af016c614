/** The order in which test files run. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take 20 seconds or more, the longest first. */
const long = [
  "client/test/simulation-1.test.ts",
  "client/test/simulation-2.test.ts",
  "web/test/screens.test.ts",
  "web/test/story.test.ts",
  "bench/src/crash.test.ts",
  "server/test/bad-input.test.ts",
  "db/embedded/embedded-postgres.test.ts",
  "bench/src/bench.test.ts",
  "bench/src/two-nodes.test.ts",
  "server/test/lifecycle.test.ts",
  "media/pool/worker-pool.test.ts",
  "server/test/media-crashes.test.ts",
  "server/test/media-sweep.test.ts",
  "server/test/media-bad-files.test.ts",
  "media/recordings.test.ts",
  "server/test/permission-matrix.test.ts",
  "media/process-bad-files.test.ts",
];

/** Long files first: one that begins last would have one of two workers wait for it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ordered = await super.sort(files);
    return ordered.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = long.findIndex((ending) => moduleId.endsWith(`/${ending}`));
  return place < 0 ? long.length : place;
}
