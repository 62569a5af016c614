/** Events of the server. */
import type { EventName, Payload } from "@pipit/protocol/events";
import { useEffect, useLayoutEffect, useRef } from "react";
import { useClient } from "./provider.ts";

/** Calls on each event of a name while the component is there; always the listener of the newest drawing. */
export function useEvent<Name extends EventName>(name: Name, listener: (payload: Payload<Name>) => void): void {
  const client = useClient();
  const newest = useRef(listener);
  useLayoutEffect(() => {
    newest.current = listener;
  });
  useEffect(() => client.on(name, (payload) => newest.current(payload)), [client, name]);
}
