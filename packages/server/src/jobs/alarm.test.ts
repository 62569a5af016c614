/** A sleep that can be cut short. */
import { expect, it } from "vitest";
import { createAlarm } from "./alarm.ts";

const forever = 2 ** 31 - 1;

it("sleeps no longer than it was told", async () => {
  await createAlarm().sleep(1);
});

it("is cut short by a ring", async () => {
  const alarm = createAlarm();
  const slept = alarm.sleep(forever);
  alarm.ring();
  await slept;
});

it("keeps a ring for the next sleep, and for that one only", async () => {
  const alarm = createAlarm();
  alarm.ring();
  await alarm.sleep(forever);
  const slept = alarm.sleep(forever).then(() => "slept");
  expect(await Promise.race([slept, Promise.resolve("still asleep")])).toBe("still asleep");
  alarm.ring();
  expect(await slept).toBe("slept");
});
