/** Does the same work several times over and at once, and tells how fast it went and who was busy. */
import { readProcessorSeconds } from "../processes/processor-time.ts";

export type Pace = {
  /** Whatever the work counts, a second. */
  perSecond: number;
  /** Processors that the server used on average; null where the system does not tell. */
  serverCores: number | null;
  /** How busy this process was, 0 to 1: near 1 it is what was measured. */
  clientLoad: number;
};

/**
 * Takes `turns` turns of a piece of work, `atOnce` of them at any time.
 * @param work gives how much it did
 */
export async function measure(
  pid: number,
  { turns, atOnce }: { turns: number; atOnce: number },
  work: (turn: number) => Promise<number>,
): Promise<Pace> {
  let next = 0;
  let done = 0;
  const lane = async () => {
    for (let turn = next++; turn < turns; turn = next++) {
      const amount = await work(turn);
      done += amount;
    }
  };
  const [processorBefore, loopBefore, startedAt] = [
    await readProcessorSeconds(pid),
    performance.eventLoopUtilization(),
    performance.now(),
  ];
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - startedAt) / 1000;
  const clientLoad = performance.eventLoopUtilization(loopBefore).utilization;
  const processorAfter = await readProcessorSeconds(pid);
  const isTold = processorBefore !== undefined && processorAfter !== undefined;
  return {
    perSecond: done / seconds,
    serverCores: isTold ? (processorAfter - processorBefore) / seconds : null,
    clientLoad,
  };
}
