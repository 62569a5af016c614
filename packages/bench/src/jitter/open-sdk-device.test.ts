import { expect, test } from "vitest";
import { DeviceLog } from "./device-log.ts";
import { noteWindow } from "./open-sdk-device.ts";

const item = (sequence: number) => ({ id: `room.${sequence}`, sequence_number: sequence });

test("a window that is right has nothing twice and nothing out of order", () => {
  const log = new DeviceLog();
  noteWindow(log, [item(1), item(2)]);
  noteWindow(log, [item(1), item(2), item(3)]);
  expect([...log.arrivals.keys()]).toEqual([1, 2, 3]);
  expect(log).toMatchObject({ repeated: 0, misplaced: 0 });
});

test("what stands in a window twice, or before what it follows, is counted", () => {
  const log = new DeviceLog();
  noteWindow(log, [item(1), item(3), item(2), item(3)]);
  expect(log).toMatchObject({ repeated: 1, misplaced: 1 });
});
