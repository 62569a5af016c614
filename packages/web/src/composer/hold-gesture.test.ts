import { expect, it } from "vitest";
import { readHold } from "./hold-gesture.ts";

it("back cancels, up locks, and less of either holds", () => {
  expect(readHold({ x: -40, y: -30 }, false)).toBe("holds");
  expect(readHold({ x: -90, y: -20 }, false)).toBe("cancels");
  expect(readHold({ x: -20, y: -70 }, false)).toBe("locks");
  expect(readHold({ x: -95, y: -120 }, false)).toBe("locks");
  expect(readHold({ x: 120, y: 200 }, false)).toBe("holds");
});

it("back is to the right where the line reads from the right", () => {
  expect(readHold({ x: 90, y: 0 }, true)).toBe("cancels");
  expect(readHold({ x: -90, y: 0 }, true)).toBe("holds");
});
