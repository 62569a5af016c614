/** The SDK, for as long as one person is signed in. */
import { createIndexedDbStore } from "@pipit/client/indexed-db";
import { PipitProvider, useClient, useConnection, usePipit } from "@pipit/react";
import { type ReactNode, useEffect, useRef } from "react";
import { describeDevice, findDeviceId, forgetDeviceId } from "../session/device-id.ts";
import { storeNameOf } from "../session/forget-person.ts";
import { fetchToken, type Identity, serverUrl } from "../session/identity.ts";
import { useSession } from "../session/session.tsx";
import { Failure } from "../ui/notices.tsx";

type ChatProviderProps = { identity: Identity; children: ReactNode };

/** Give it another `key` for another person. */
export function ChatProvider({ identity, children }: ChatProviderProps): ReactNode {
  const name = storeNameOf(identity.userId);
  const { client, error } = usePipit(() => ({
    url: serverUrl,
    tokenProvider: () => fetchToken(identity),
    store: createIndexedDbStore({ name }),
    storeName: name,
    device: { id: findDeviceId(identity.userId), ...describeDevice() },
  }));
  if (error) return <Failure onRetry={() => location.reload()} />;
  return (
    <PipitProvider client={client}>
      <EndsWithDevice identity={identity} />
      {children}
    </PipitProvider>
  );
}

/** A device that was logged out, here or from another one, has nobody signed in any more. */
function EndsWithDevice({ identity: { userId, source } }: { identity: Identity }): ReactNode {
  const client = useClient();
  const { status } = useConnection();
  const { leave } = useSession();
  const isOver = status === "logged_out" || status === "unauthenticated";
  // How it came to an end: what is done then changes the status once more.
  const isLoggedOut = useRef(true);
  useEffect(() => {
    if (status === "unauthenticated") isLoggedOut.current = false;
  }, [status]);
  useEffect(() => {
    if (!isOver) return;
    const end = async (): Promise<void> => {
      // Nothing stays here for whoever comes next. Those whom a host product sends come back with another token.
      if (!isLoggedOut.current && source === "account") await client.logOut().catch(() => undefined);
      forgetDeviceId(userId);
      // The session has ended with the device: that it can't be ended again is no news.
      await leave({ isOver: !isLoggedOut.current }).catch(() => undefined);
    };
    void end();
  }, [isOver, userId, source, client, leave]);
  return null;
}
