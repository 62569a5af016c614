/** Figures: each server has its own, and they add up. */
import { describe, expect, it } from "vitest";
import { createMetrics, type Metrics } from "./metrics.ts";

async function readSeries(metrics: Metrics, series: string): Promise<number> {
  const line = (await metrics.registry.metrics()).split("\n").find((entry) => entry.startsWith(`${series} `));
  if (line === undefined) throw new Error(`there is no ${series}`);
  return Number(line.slice(series.length));
}

describe("metrics", () => {
  it("count messages, not the sends that became none", async () => {
    const metrics = createMetrics();
    metrics.observeBatch({ rows: 5, appended: 3, seconds: 0.004 });
    metrics.observeBatch({ rows: 2, appended: 2, seconds: 0.03 });
    expect(await readSeries(metrics, "pipit_messages_appended_total")).toBe(5);
    expect(await readSeries(metrics, "pipit_append_batch_size_sum")).toBe(7);
    expect(await readSeries(metrics, 'pipit_append_batch_size_bucket{le="2"}')).toBe(1);
    expect(await readSeries(metrics, "pipit_append_commit_seconds_count")).toBe(2);
    expect(await readSeries(metrics, 'pipit_append_commit_seconds_bucket{le="0.005"}')).toBe(1);
  });

  it("tell latencies in seconds", async () => {
    const metrics = createMetrics();
    metrics.observeSend(0.002);
    expect(await readSeries(metrics, "pipit_send_to_publish_seconds_sum")).toBeCloseTo(0.002);
    expect(await readSeries(metrics, 'pipit_send_to_publish_seconds_bucket{le="0.001"}')).toBe(0);
    expect(await readSeries(metrics, 'pipit_send_to_publish_seconds_bucket{le="0.0025"}')).toBe(1);
  });

  it("ask for the number of sockets when they are asked", async () => {
    const metrics = createMetrics();
    expect(await readSeries(metrics, "pipit_sockets")).toBe(0);
    let open = 3;
    metrics.countSockets(() => open);
    expect(await readSeries(metrics, "pipit_sockets")).toBe(3);
    open = 1;
    expect(await readSeries(metrics, "pipit_sockets")).toBe(1);
  });

  it("of two servers in one process are apart", async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.observeBatch({ rows: 1, appended: 1, seconds: 0.001 });
    expect(await readSeries(other, "pipit_messages_appended_total")).toBe(0);
  });
});
