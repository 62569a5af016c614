/** The card that offers notifications. */
import { useClient } from "@pipit/react";
import { BellRing } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useIdentity } from "../session/session.tsx";
import { Button } from "../ui/button.tsx";
import { declineNow } from "./push-offer.ts";
import { usePushSwitch } from "./use-push-switch.ts";

export function PushOfferCard({ onDone }: { onDone(): void }): ReactNode {
  const { t } = useTranslation("settings");
  const client = useClient();
  const { userId } = useIdentity();
  const { turnOn, isBusy, isPossible } = usePushSwitch(client, userId);
  if (!isPossible) return null;
  const decline = (): void => {
    declineNow();
    onDone();
  };
  const accept = async (): Promise<void> => {
    await turnOn();
    onDone();
  };
  return (
    <section
      aria-label={t("pushCard.title")}
      className="mx-3 mb-2 flex animate-rise gap-3.5 rounded-2xl bg-accent-soft p-4 text-ink"
    >
      <BellRing aria-hidden className="mt-0.5 size-6 shrink-0 text-accent" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{t("pushCard.title")}</p>
        <p className="mt-0.5 text-sm">{t("pushCard.text")}</p>
        <div className="mt-2.5 flex flex-wrap gap-2">
          <Button isBusy={isBusy} onClick={() => void accept()}>
            {t("pushCard.turnOn")}
          </Button>
          <Button look="quiet" onClick={decline}>
            {t("pushCard.later")}
          </Button>
        </div>
      </div>
    </section>
  );
}
