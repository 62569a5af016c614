/** The SDK, for as long as one person is signed in. */
import { createIndexedDbStore } from "@pipit/client/indexed-db";
import { PipitProvider, useConnection, usePipit } from "@pipit/react";
import { type ReactNode, useEffect } from "react";
import { describeDevice, findDeviceId, forgetDeviceId } from "../session/device-id.ts";
import { fetchToken, type Identity, serverUrl } from "../session/identity.ts";
import { useSession } from "../session/session.tsx";
import { Failure } from "../ui/notices.tsx";

type ChatProviderProps = { identity: Identity; children: ReactNode };

/** Give it another `key` for another person. */
export function ChatProvider({ identity, children }: ChatProviderProps): ReactNode {
  const name = `pipit-${identity.userId}`;
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
      <EndsWithDevice userId={identity.userId} />
      {children}
    </PipitProvider>
  );
}

/** A device that was logged out, here or from another one, has nobody signed in any more. */
function EndsWithDevice({ userId }: { userId: string }): ReactNode {
  const { status } = useConnection();
  const { leave } = useSession();
  const isOver = status === "logged_out" || status === "unauthenticated";
  useEffect(() => {
    if (!isOver) return;
    forgetDeviceId(userId);
    // The session has ended with the device: that it can't be ended again is no news.
    leave().catch(() => undefined);
  }, [isOver, userId, leave]);
  return null;
}
