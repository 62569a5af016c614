/** Where one is, with a name for it. */
import { MapPin } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { TextField } from "../ui/text-field.tsx";
import type { ContentDialogProps } from "./poll-dialog.tsx";
import { useSending } from "./use-sending.ts";

type Found = { latitude: number; longitude: number; accuracy: number };
type Search = { status: "looking" } | { status: "found"; at: Found } | { status: "refused" | "failed" };

/** Nothing is sent before the place was shown, and nothing is asked before the person wanted to send one. */
export function LocationDialog({ roomId, replyTo, onClose, onSent }: ContentDialogProps): ReactNode {
  const { t, i18n } = useTranslation("composer");
  const send = useSending(roomId);
  const search = usePosition();
  const [name, setName] = useState("");
  const share = async ({ latitude, longitude, accuracy }: Found): Promise<void> => {
    const called = name.trim() === "" ? {} : { name: name.trim() };
    const location = { latitude, longitude, accuracy: Math.min(100_000, Math.round(accuracy)), ...called };
    if (await send([{ replyTo, location }])) onSent();
  };
  const at = search.status === "found" ? search.at : undefined;
  const footer = (
    <Button disabled={!at} onClick={() => at && void share(at)}>
      {t("send")}
    </Button>
  );
  const digits = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 5 });
  return (
    <Dialog title={t("place.title")} isOpen onClose={onClose} footer={footer}>
      <div className="mb-4 flex min-h-20 items-center gap-4 rounded-2xl bg-canvas p-4">
        {search.status === "looking" ? <Spinner /> : <MapPin aria-hidden className="size-7 shrink-0 text-accent" />}
        <p role="status" className="text-sm">
          {at ? (
            <>
              <bdi>
                {digits.format(at.latitude)}, {digits.format(at.longitude)}
              </bdi>
              <span className="block text-muted">{t("place.accuracy", { metres: Math.round(at.accuracy) })}</span>
            </>
          ) : (
            t(`place.${search.status === "found" ? "looking" : search.status}`)
          )}
        </p>
      </div>
      <TextField
        label={t("place.name")}
        value={name}
        maxLength={100}
        dir="auto"
        onChange={(event) => setName(event.target.value)}
      />
    </Dialog>
  );
}

const patienceMs = 15_000;

function usePosition(): Search {
  const [search, setSearch] = useState<Search>({ status: "looking" });
  useEffect(() => {
    const { geolocation } = navigator as Partial<Navigator>;
    // A page without https has none.
    if (!geolocation) return setSearch({ status: "failed" });
    let isThere = true;
    geolocation.getCurrentPosition(
      ({ coords }) => isThere && setSearch({ status: "found", at: coords }),
      ({ code }) => isThere && setSearch({ status: code === 1 ? "refused" : "failed" }),
      { enableHighAccuracy: true, timeout: patienceMs },
    );
    return () => {
      isThere = false;
    };
  }, []);
  return search;
}
