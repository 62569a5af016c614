/** What the SDK needs of the place that it runs in; tests and simulations give their own. */

import { now } from "./clock.ts";
import { type FileCaches, findCaches } from "./media/kept-files.ts";

export type Timer = unknown;

/** Locks that all tabs share; `navigator.locks` is one. */
type Locks = {
  request(name: string, options: { signal: AbortSignal }, work: () => Promise<void>): Promise<unknown>;
};

/** A channel to the other tabs; a `BroadcastChannel` is one. */
type TabChannel = {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
};

export type Environment = {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(work: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
  /** From 0 up to 1. */
  random(): number;
  fetch: typeof fetch;
  /** Where the user's media are kept, which go with their store. */
  caches?: FileCaches | undefined;
  locks: Locks | undefined;
  openChannel: ((name: string) => TabChannel) | undefined;
  /** Calls when the network may be back, or a person looks again. @returns a function that ends it */
  onWake(listener: () => void): () => void;
  /** Calls when a person begins or ceases to look. @returns a function that ends it */
  onFocusChange(listener: (isInFocus: boolean) => void): () => void;
  isInFocus(): boolean;
};

type Target = {
  addEventListener?: (event: string, listener: () => void) => void;
  removeEventListener?: (event: string, listener: () => void) => void;
};

// Browsers and workers have some of these, Node and React Native none or few.
type Surroundings = Target & {
  navigator?: { locks?: Locks };
  document?: Target & { visibilityState: string; hasFocus(): boolean };
  BroadcastChannel?: new (name: string) => unknown;
};

/** The environment that the code runs in. */
export function findEnvironment(): Environment {
  const here = globalThis as Surroundings;
  const { document, BroadcastChannel: Channel } = here;
  const isInFocus = (): boolean => document === undefined || document.visibilityState === "visible";
  return {
    now,
    setTimeout: (work, ms) => setTimeout(work, ms),
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    random: () => Math.random(),
    fetch: (input, init) => fetch(input, init),
    caches: findCaches(),
    locks: here.navigator?.locks,
    openChannel: Channel && ((name) => new Channel(name) as TabChannel),
    onWake(listener) {
      const ends = [
        listen(here, "online", listener),
        listen(document, "visibilitychange", () => {
          if (isInFocus()) listener();
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    onFocusChange: (listener) => listen(document, "visibilitychange", () => listener(isInFocus())),
    isInFocus,
  };
}

function listen(target: Target | undefined, event: string, listener: () => void): () => void {
  target?.addEventListener?.(event, listener);
  return () => target?.removeEventListener?.(event, listener);
}
