/** Says so when there is no connection, and when all is well again. */
import { useConnection } from "@pipit/react";
import { CloudOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** A connection that comes at once is not worth a word. */
const patienceMs = 1_500;

export function Offline(): ReactNode {
  const { t } = useTranslation("ui");
  const { status } = useConnection();
  const isAway = status === "waiting" || status === "connecting";
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isAway) return setLong(false);
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isAway]);
  return (
    <div role="status">
      {isLong && (
        <p className="flex items-center justify-center gap-2 bg-warning-soft px-4 py-1.5 text-sm font-medium text-warning">
          <CloudOff aria-hidden className="size-4" />
          {t(status === "connecting" ? "connecting" : "offline")}
        </p>
      )}
    </div>
  );
}
