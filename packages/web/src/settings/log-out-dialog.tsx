/** Asks before this device is logged out, and says what would be lost. */
import { useClient, useConnection } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { turnPushOff } from "../notify/push.ts";
import { useIdentity, useSession } from "../session/session.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { UnsentWarning } from "./unsent-warning.tsx";

type LogOutProps = { isOpen: boolean; onClose(): void };

export function LogOutDialog({ isOpen, onClose }: LogOutProps): ReactNode {
  const { t } = useTranslation("settings");
  const { t: say } = useTranslation("ui");
  const { status } = useConnection();
  const { isBusy, logOut } = useLogOut();
  const isOnline = status === "online";
  const footer = (
    <>
      <Button look="secondary" onClick={onClose}>
        {say("cancel")}
      </Button>
      <Button look="danger" isBusy={isBusy} disabled={!isOnline} onClick={logOut}>
        {t("logOut.action")}
      </Button>
    </>
  );
  return (
    <Dialog title={t("logOut.title")} description={t("logOut.text")} isOpen={isOpen} onClose={onClose} footer={footer}>
      <UnsentWarning kind="logOut" />
      {!isOnline && (
        <p role="status" className="mb-2 rounded-xl bg-warning-soft px-4 py-3 text-sm text-warning">
          {t("logOut.offline")}
        </p>
      )}
    </Dialog>
  );
}

function useLogOut(): { isBusy: boolean; logOut(): void } {
  const client = useClient();
  const { userId } = useIdentity();
  const { leave } = useSession();
  const [isBusy, setBusy] = useState(false);
  const logOut = async (): Promise<void> => {
    setBusy(true);
    await turnPushOff(userId);
    try {
      await client.logOut();
    } finally {
      // Whatever the server said: nothing of it is here any more.
      await leave().catch(() => undefined);
    }
  };
  return { isBusy, logOut: () => void logOut().catch(() => undefined) };
}
