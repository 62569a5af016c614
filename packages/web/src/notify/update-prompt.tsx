/** Says that there is a newer version of the page, until it is taken or put off. */
import { Sparkles } from "lucide-react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { isUpdateWaiting, onUpdateWaiting, registerWorker, takeUpdate } from "../session/register-worker.ts";
import { Button } from "../ui/button.tsx";

export function UpdatePrompt(): ReactNode {
  const { t } = useTranslation("settings");
  const isWaiting = useSyncExternalStore(onUpdateWaiting, isUpdateWaiting);
  const [isPutOff, setPutOff] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    // Without it the page works as well, online.
    registerWorker().catch((error: unknown) => console.error(error));
  }, []);
  return (
    // Where it covers neither what is read nor what is written.
    <div
      role="status"
      className="pointer-events-none fixed inset-x-3 top-3 z-30 flex justify-center md:inset-x-auto md:start-4 md:top-auto md:bottom-4"
    >
      {isWaiting && !isPutOff && (
        <div className="pointer-events-auto flex animate-rise flex-wrap items-center gap-x-4 gap-y-2 rounded-2xl border border-line bg-raised py-2.5 ps-5 pe-3 shadow-raised">
          <Sparkles aria-hidden className="size-5 text-accent" />
          <p className="text-sm font-medium">{t("update.text")}</p>
          <span className="flex gap-1">
            <Button look="quiet" onClick={() => setPutOff(true)}>
              {t("update.later")}
            </Button>
            <Button
              isBusy={isBusy}
              onClick={() => {
                setBusy(true);
                takeUpdate();
              }}
            >
              {t("update.reload")}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}
