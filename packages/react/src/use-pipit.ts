/** A client that lives as long as a component. */
import { type ClientOptions, createClient, type PipitClient } from "@pipit/client";
import { useEffect, useRef, useState } from "react";
import { type Outcome, reportError, toError } from "./outcome.ts";

type Life = { client: PipitClient; onError: ClientOptions["onError"] };

/**
 * Makes a client, starts it when the component appears and closes it when the component goes.
 * @param makeOptions called when a client is made; what it gives later changes nothing. Another user is another
 * component: give it another `key`.
 * @returns `error`: why it could not start, which only its store can be the reason of
 */
export function usePipit(makeOptions: () => ClientOptions): { client: PipitClient; error: Error | undefined } {
  const [life, setLife] = useState(() => begin(makeOptions));
  const [failure, setFailure] = useState<Outcome>();
  const make = useRef(makeOptions);
  const holders = useRef(0);
  useEffect(() => {
    make.current = makeOptions;
  });
  useEffect(() => {
    const { client, onError = reportError } = life;
    holders.current += 1;
    // Hidden and shown again: what was closed stays closed.
    if (client.connection.getSnapshot().status === "closed") setLife(begin(make.current));
    else client.start().catch((error: unknown) => setFailure({ scope: client, error: toError(error) }));
    return () => {
      holders.current -= 1;
      // StrictMode takes a component away and puts it back at once: its client goes on.
      queueMicrotask(() => {
        if (holders.current === 0) client.close().catch(onError);
      });
    };
  }, [life]);
  return { client: life.client, error: failure?.scope === life.client ? failure.error : undefined };
}

function begin(makeOptions: () => ClientOptions): Life {
  const options = makeOptions();
  return { client: createClient(options), onError: options.onError };
}
