/** Keeps a node listening to the topics of just those audiences that it has sockets in. */
import type { Bus } from "../ports/bus/bus.ts";
import type { Timers } from "../timers.ts";
import type { PipitServer } from "./socket-server.ts";

/** What an audience's last socket has left is listened to a little longer: most come back. */
const lingerSeconds = 10;
/** Whose others are a node's own: `device:` goes with `user:`, and a socket's own with it. */
const shared = /^(room|user):/;

export type AudienceTopics = {
  /** Resolves once what is told to the audiences that exist by now is heard. */
  settled(): Promise<void>;
  isClosed(): boolean;
  close(): void;
};

export function keepTopics(io: PipitServer, bus: Bus, timers: Timers): AudienceTopics {
  const { adapter } = io.sockets;
  let added: string[] = [];
  let left = new Set<string>();
  let listening: Promise<void> | undefined;
  let calm: (() => void) | undefined;
  let isClosed = false;

  const listen = async (): Promise<void> => {
    // Those of one tick go in one command.
    await Promise.resolve();
    const topics = added;
    added = [];
    listening = undefined;
    await bus.listen(topics);
  };
  const all = new Set<Promise<void>>();
  const add = (audience: string): void => {
    if (!shared.test(audience)) return;
    left.delete(audience);
    added.push(audience);
    if (listening) return;
    const begun = listen().finally(() => all.delete(begun));
    listening = begun;
    all.add(begun);
  };
  const drop = (audience: string): void => {
    if (!shared.test(audience)) return;
    left.add(audience);
    calm ??= timers.after(lingerSeconds, () => {
      calm = undefined;
      const gone = [...left].filter((topic) => !adapter.rooms.has(topic));
      left = new Set();
      bus.ignore(gone);
    });
  };
  adapter.on("create-room", add);
  adapter.on("delete-room", drop);
  return {
    async settled() {
      await Promise.all(all);
    },
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      adapter.off("create-room", add);
      adapter.off("delete-room", drop);
      calm?.();
    },
  };
}
