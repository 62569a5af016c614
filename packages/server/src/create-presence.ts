/** Puts the parts together that deal with presence. */
import type { Services } from "./context.ts";
import { createPresenceParts } from "./features/presence/presence-parts.ts";
import { createLoad, type Load } from "./load.ts";
import type { Bus } from "./ports/bus/bus.ts";
import { createMemoryPresence } from "./ports/presence/memory-presence.ts";
import type { Presence } from "./ports/presence/presence.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** What presence stands on, where it is other than a single process has it. */
export type PresenceSurroundings = {
  timers?: Timers | undefined;
  load?: Load | undefined;
  presence?: Presence | undefined;
  bus?: Bus | undefined;
};

/** Adds presence to a server's other parts. The same object is given back: who holds it sees what is replaced in it. */
export function addPresence(
  services: Omit<Services, "presence" | "presenceParts">,
  surroundings: PresenceSurroundings,
): Services {
  const { timers = systemTimers, load = createLoad() } = surroundings;
  const { clock, log } = services;
  const onError = (error: unknown): void => log.error({ err: error }, "a change of presence could not be taken");
  const presence = surroundings.presence ?? createMemoryPresence({ clock, timers, onError });
  const watched = Object.assign(services, { presence });
  const parts = createPresenceParts(watched, timers, load);
  const close = async (): Promise<void> => {
    await parts.close();
    await presence.close();
  };
  return Object.assign(watched, { presenceParts: { ...parts, close } });
}
