/** Sees to it that of all tabs which share a store, one tells the server what waits, and all know what does. */
import type { Environment } from "../environment.ts";
import type { Outbox } from "./outbox.ts";

/** Takes what the server answered to an item that changed a room, as if it were the event that others hear. */
export type NoteReply = (event: string, reply: ChangingReply) => void;

/** A reply that names the change that it made, or an earlier one if `is_changed` is false. */
export type ChangingReply = {
  room_id: string;
  change?: number | undefined;
  is_changed?: boolean | undefined;
  [rest: string]: unknown;
};

/** What tabs tell each other: what was answered, to be shown in place of what waited; without it, that the outbox is another. */
type Told = Parameters<NoteReply> | undefined;

export type OutboxTabs = {
  begin(): void;
  tell(told?: Told): void;
  end(): void;
};

/**
 * @param name what the tabs share; undefined: the store is this client's alone
 * @param noteReply takes what another tab passed on
 */
export function shareOutbox(
  env: Environment,
  name: string | undefined,
  outbox: Outbox,
  noteReply: NoteReply,
  onError: (error: unknown) => void,
): OutboxTabs {
  const { locks } = env;
  if (name === undefined || !locks) {
    // Without locks there is one context only (Node, React Native), or a browser too old for two tabs.
    return { begin: () => outbox.becomeRunner(), tell: () => {}, end: () => {} };
  }
  const channel = env.openChannel?.(`pipit-outbox-${name}`);
  const over = new AbortController();
  let release: (() => void) | undefined;
  const hear = (told: Told): void => {
    if (told) noteReply(...told);
    else outbox.load().catch(onError);
  };
  const hold = (): Promise<void> =>
    new Promise((resolve) => {
      release = resolve;
      // What the last holder stored as it went is read first.
      outbox
        .load()
        .catch(onError)
        .then(() => outbox.becomeRunner());
    });
  return {
    begin() {
      if (channel) channel.onmessage = ({ data }) => hear(data as Told);
      locks.request(`pipit-outbox-${name}`, { signal: over.signal }, hold).catch((error) => {
        if (!over.signal.aborted) onError(error);
      });
    },
    tell(told) {
      if (!over.signal.aborted) channel?.postMessage(told);
    },
    end() {
      over.abort();
      release?.();
      channel?.close();
    },
  };
}
