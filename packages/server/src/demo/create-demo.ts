/** What a running demo has beside a server: the door by which people enter it, and somebody who answers them. */
import type { Hono } from "hono";
import type { Services } from "../context.ts";
import type { DoneOperation } from "../doors/run-operation.ts";
import type { Limits } from "../ports/limits/limits.ts";
import { systemTimers, type Timers } from "../timers.ts";
import { createAnswers } from "./answer-visitors.ts";
import { demoRoutes } from "./demo-routes.ts";

export type Demo = {
  routes: Hono;
  /** To be told of each operation that succeeded; takes no time and does not throw. */
  noteDone(done: DoneOperation): void;
};

export function createDemo(services: Services, limits: Limits, timers: Timers = systemTimers): Demo {
  const pause = (seconds: number): Promise<void> => new Promise((resolve) => timers.after(seconds, resolve));
  return { routes: demoRoutes({ services, limits }), noteDone: createAnswers(services, pause) };
}
