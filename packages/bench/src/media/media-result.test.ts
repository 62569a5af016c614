import { expect, test } from "vitest";
import type { Pace } from "./measure.ts";
import { type Findings, toMediaResult } from "./media-result.ts";
import { renderMedia } from "./render-media.ts";

const pace = (megabytes: number, serverCores: number | null = 0.5): Pace => {
  return { perSecond: megabytes * 1e6, serverCores, clientLoad: 0.25 };
};
const even = [{ pipit: pace(90), plain: pace(100) }];

function findings(change: Partial<Findings["rounds"]> = {}): Findings {
  return {
    seed: 1,
    fileBytes: 64_000_000,
    pictureBytes: 3_400_000,
    pixels: 12_000_000,
    rounds: {
      upload_1: even,
      upload_4: even,
      download_1: even,
      download_4: even,
      range_1: even,
      range_4: even,
      ...change,
    },
    confirmMs: [400, 200, 300],
    thumbnails: { made: pace(0.000_016), again: pace(0.000_4), variants: 80, confirmMs: [50] },
    memory: {
      rest: 160e6,
      afterRounds: { server: 200e6, workers: 90e6 },
      peak: { server: 220e6, workers: 300e6 },
      plain: 130e6,
    },
    machine: { cpus: 2, cpu_model: "A", memory_gb: 4, os: "Linux", arch: "x64" },
    versions: { pipit: "0.1.0", node: "24", socket_io: "4", ws: "8", postgres: "18" },
  };
}

test("speeds are medians over the rounds, and so is the ratio of each round", () => {
  const upload = [
    { pipit: pace(100), plain: pace(100) },
    { pipit: pace(10), plain: pace(20) },
    { pipit: pace(60), plain: pace(100) },
  ];
  const result = toMediaResult(findings({ upload_4: upload }));
  expect(result.courses.upload_4).toMatchObject({
    at_once: 4,
    mb_per_s: 60,
    plain_mb_per_s: 100,
    ratio: 0.6,
    server_cores: 0.5,
    rounds: [
      { mb_per_s: 100, plain_mb_per_s: 100 },
      { mb_per_s: 10, plain_mb_per_s: 20 },
      { mb_per_s: 60, plain_mb_per_s: 100 },
    ],
  });
  expect(result).toMatchObject({
    confirm_file_ms: 300,
    thumbnails_made_per_s: 16,
    thumbnails_fetched_per_s: 400,
    server_transfer_peak_mb: 200,
    server_peak_mb: 220,
    workers_peak_mb: 300,
  });
});

test("a target that is missed is said to be, in both forms of the result", () => {
  expect(toMediaResult(findings()).targets.every(({ met }) => met)).toBe(true);
  const slow = toMediaResult(findings({ download_1: [{ pipit: pace(79), plain: pace(100) }] }));
  const missed = slow.targets.filter(({ met }) => !met);
  expect(missed).toEqual([{ figure: "download_1_ratio", bound: "at least", value: 0.8, actual: 0.79, met: false }]);
  expect(renderMedia(slow)).toContain("target download_1_ratio at least 0.8: 0.79, MISSED");
});

test("a system that does not tell processor time leaves it out", () => {
  const result = toMediaResult(findings({ range_1: [{ pipit: pace(9, null), plain: pace(10, null) }] }));
  expect(result.courses.range_1).toMatchObject({ server_cores: null, ratio: 0.9 });
  expect(renderMedia(result)).not.toContain("null");
});
