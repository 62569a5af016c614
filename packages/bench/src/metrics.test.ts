import { expect, test } from "vitest";
import { meanBetween, sumSeries } from "./metrics.ts";

function page(sum: number, count: number): string {
  return [
    "# HELP pipit_append_batch_size Messages that committed together.",
    "# TYPE pipit_append_batch_size histogram",
    `pipit_append_batch_size_bucket{le="1"} ${count}`,
    `pipit_append_batch_size_sum ${sum}`,
    `pipit_append_batch_size_count ${count}`,
    'pipit_sockets{node="a b"} 3',
    'pipit_sockets{node="c"} 4',
  ].join("\n");
}

test("a series is summed over its labels and not mixed up with those that begin alike", () => {
  expect(sumSeries(page(10, 2), "pipit_sockets")).toBe(7);
  expect(sumSeries(page(10, 2), "pipit_append_batch_size_count")).toBe(2);
  expect(sumSeries(page(10, 2), "pipit_append_batch_size")).toBe(0);
});

test("a histogram's mean is taken over the time between two readings", () => {
  expect(meanBetween(page(10, 2), page(110, 4), "pipit_append_batch_size")).toBe(50);
  expect(meanBetween(page(10, 2), page(10, 2), "pipit_append_batch_size")).toBe(0);
});
