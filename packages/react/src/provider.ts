/** Which client the components below use. */
import type { PipitClient } from "@pipit/client";
import { createContext, createElement, type ReactNode, useContext } from "react";

const context = createContext<PipitClient | undefined>(undefined);

type ProviderProps = { client: PipitClient; children?: ReactNode };

/** Gives its client to all hooks below. It neither starts nor closes it: that is `usePipit`'s affair, or the app's. */
export function PipitProvider({ client, children }: ProviderProps): ReactNode {
  return createElement(context.Provider, { value: client }, children);
}

/** The client of the nearest provider. @throws where there is none */
export function useClient(): PipitClient {
  const client = useContext(context);
  if (!client) throw new Error("There is no PipitProvider above this component.");
  return client;
}

/** The client of the nearest provider, if there is one: for what is also shown where nobody is signed in. */
export function useClientIfAny(): PipitClient | undefined {
  return useContext(context);
}
