/** Who is signed in in this tab, for the whole page. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { accounts, findIdentity, forgetIdentity, type Identity, wasSentByHost } from "./identity.ts";

type SessionState =
  | { status: "loading" }
  | { status: "failed" }
  /** `isHostGone`: a host product sent the person who was here last, and only it can send them again. */
  | { status: "signed-out"; isHostGone: boolean }
  | { status: "signed-in"; identity: Identity };

type Session = {
  state: SessionState;
  /** Somebody has signed in. */
  enter(identity: Identity): void;
  /**
   * Ends the session here, after the SDK has ended the device's. `isOver`: there is none of this person's any more; the one
   * that this browser has may be somebody else's, and is not touched.
   */
  leave(options?: { isOver?: boolean }): Promise<void>;
  /** Looks again who is signed in. */
  retry(): void;
};

const context = createContext<Session | undefined>(undefined);

export function SessionProvider({ children }: { children: ReactNode }): ReactNode {
  const [state, setState] = useState<SessionState>({ status: "loading" });
  const look = useCallback(() => {
    setState({ status: "loading" });
    findIdentity().then(
      (identity) => setState(identity ? { status: "signed-in", identity } : toSignedOut()),
      () => setState({ status: "failed" }),
    );
  }, []);
  useEffect(look, [look]);
  const session = useMemo<Session>(
    () => ({
      state,
      retry: look,
      enter: (identity) => setState({ status: "signed-in", identity }),
      async leave({ isOver = false } = {}) {
        const source = state.status === "signed-in" ? state.identity.source : undefined;
        forgetIdentity();
        try {
          if (source === "account" && !isOver) await accounts.signOut();
        } finally {
          setState(toSignedOut());
        }
      },
    }),
    [state, look],
  );
  return <context.Provider value={session}>{children}</context.Provider>;
}

function toSignedOut(): SessionState {
  return { status: "signed-out", isHostGone: wasSentByHost() };
}

export function useSession(): Session {
  const session = useContext(context);
  if (!session) throw new Error("There is no SessionProvider above this component.");
  return session;
}

/** The person who is signed in. @throws where nobody is */
export function useIdentity(): Identity {
  const { state } = useSession();
  if (state.status !== "signed-in") throw new Error("Nobody is signed in.");
  return state.identity;
}
