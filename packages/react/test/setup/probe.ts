/** Components that show nothing but what a hook gives, and count how often they are drawn. */
import type { PipitClient } from "@pipit/client";
import { act, render } from "@testing-library/react";
import { createElement, type ReactNode, StrictMode } from "react";
import { expect } from "vitest";
import { PipitProvider } from "../../src/react.ts";

export type Probe<Value, Props> = {
  /** What the hook gave last. */
  now(): Value;
  /** How often it was drawn. */
  count(): number;
  show(props: Props): void;
  unmount(): void;
  /** Resolves with what the hook gives, as soon as it satisfies. */
  until(isGood: (value: Value) => boolean): Promise<Value>;
  /** Calls what the hook gave. */
  act<Result>(work: (value: Value) => Result | Promise<Result>): Promise<Result>;
};

type ProbedProps = { hook: (given: never) => unknown; given: never; onDraw: (value: unknown) => void };

function Probed({ hook: useProbed, given, onDraw }: ProbedProps): ReactNode {
  onDraw(useProbed(given));
  return null;
}

export function probe<Value, Props = undefined>(
  client: PipitClient,
  use: (props: Props) => Value,
  props: Props,
  options: { isStrict?: boolean } = {},
): Probe<Value, Props> {
  let seen: { value: Value } | undefined;
  let count = 0;
  const waiting = new Set<() => void>();
  const onDraw = (value: unknown): void => {
    seen = { value: value as Value };
    count += 1;
    for (const look of waiting) queueMicrotask(look);
  };
  const draw = (given: Props): ReactNode => {
    const inner = createElement(
      PipitProvider,
      { client },
      createElement(Probed, { hook: use as (props: never) => unknown, given: given as never, onDraw }),
    );
    return options.isStrict ? createElement(StrictMode, null, inner) : inner;
  };
  const view = render(draw(props));
  const now = (): Value => {
    if (!seen) throw new Error("it has not been drawn");
    return seen.value;
  };
  return {
    now,
    count: () => count,
    show: (given) => view.rerender(draw(given)),
    unmount: view.unmount,
    until: (isGood) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!isGood(now())) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(now());
        };
        const timer = setTimeout(() => reject(new Error(`it stayed ${JSON.stringify(now())}`)), 8_000);
        waiting.add(look);
        look();
      }),
    async act(work) {
      let outcome: { result: Awaited<ReturnType<typeof work>> } | undefined;
      await act(async () => {
        outcome = { result: await work(now()) };
      });
      expect(outcome).toBeDefined();
      return (outcome as unknown as { result: Awaited<ReturnType<typeof work>> }).result;
    },
  };
}
