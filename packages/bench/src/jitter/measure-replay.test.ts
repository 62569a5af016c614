import { expect, test } from "vitest";
import { measureDevice } from "./measure-replay.ts";

const log = {
  arrivals: new Map<number, number>(),
  connects: [0],
  cuts: [] as number[],
  restorations: [] as number[],
  repeated: 0,
  misplaced: 0,
  repeatedOnWire: 0,
};

test("what came as it was sent is delivered, and nothing is replayed", () => {
  const arrivals = new Map([
    [1, 101],
    [2, 201],
  ]);
  const sent = [
    { sequence: 1, ackedAt: 100 },
    { sequence: 2, ackedAt: 200 },
  ];
  expect(measureDevice({ ...log, arrivals }, sent)).toMatchObject({
    expected: 2,
    delivered: 2,
    missed: 0,
    replays: [],
    cuts: 0,
  });
});

test("a replay lasts from being connected again to the last of what was missed, a recovery from the link's return", () => {
  const arrivals = new Map([
    [1, 100],
    [2, 1_050],
    [3, 1_080],
    [4, 1_200],
  ]);
  const sent = [
    { sequence: 1, ackedAt: 100 },
    { sequence: 2, ackedAt: 600 },
    { sequence: 3, ackedAt: 900 },
    { sequence: 4, ackedAt: 1_100 },
  ];
  const measured = measureDevice({ ...log, arrivals, connects: [0, 1_000], cuts: [500], restorations: [800] }, sent);
  expect(measured).toMatchObject({ delivered: 4, missed: 2, replays: [80], recoveries: [280], cuts: 1 });
});

test("a device that is cut off again has waited up to then, and goes on after the next connecting", () => {
  const arrivals = new Map([[1, 3_100]]);
  const times = { connects: [0, 1_000, 3_000], cuts: [500, 2_000], restorations: [800, 2_500] };
  const measured = measureDevice({ ...log, arrivals, ...times }, [{ sequence: 1, ackedAt: 600 }]);
  expect(measured.replays).toEqual([1_000, 100]);
});

test("what never came is lost, not late", () => {
  const times = { connects: [0, 1_000], cuts: [500], restorations: [800] };
  const measured = measureDevice({ ...log, ...times }, [{ sequence: 1, ackedAt: 600 }]);
  expect(measured).toMatchObject({ expected: 1, delivered: 0, missed: 1, replays: [] });
});
