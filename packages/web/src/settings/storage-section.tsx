/** What the page keeps on this device, and what the person's media takes on the server. */
import { createIndexedDbStore } from "@pipit/client/indexed-db";
import { findMediaFiles } from "@pipit/client/media-files";
import { useClient } from "@pipit/react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatBytes } from "../media/media-format.ts";
import { useIdentity } from "../session/session.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Section } from "../ui/pane.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { type Load, useLoad } from "../ui/use-load.ts";
import { UnsentWarning } from "./unsent-warning.tsx";

type Used = { used: number; quota: number | undefined; isKept: boolean };

export function StorageSection(): ReactNode {
  const local = useLoad(measure);
  return (
    <>
      <LocalSpace local={local} />
      <ServerSpace />
      <ClearMedia onDone={local.reload} />
      <ClearCopy />
    </>
  );
}

async function measure(): Promise<Used | undefined> {
  const { storage } = navigator;
  // Only pages of https, and of this very machine, are told.
  if (!storage?.estimate) return undefined;
  const { usage = 0, quota } = await storage.estimate();
  return { used: usage, quota, isKept: (await storage.persisted?.()) ?? false };
}

function LocalSpace({ local }: { local: Load<Used | undefined> }): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const { value, isLoading } = local;
  if (isLoading) return <RowSkeletons count={2} />;
  return (
    <Section title={t("storage.used")}>
      {value ? <Meter used={value.used} limit={value.quota} language={i18n.language} /> : t("storage.unknown")}
      {value && <KeepButton isKept={value.isKept} onKept={local.reload} />}
    </Section>
  );
}

type MeterProps = { used: number; limit: number | undefined; language: string };

function Meter({ used, limit, language }: MeterProps): ReactNode {
  const { t } = useTranslation("settings");
  const words = {
    used: formatBytes(used, language),
    quota: limit === undefined ? "" : formatBytes(limit, language),
  };
  const share = limit ? Math.min(1, used / limit) : 0;
  return (
    <>
      <p className="text-2xl font-semibold">{words.used}</p>
      {limit !== undefined && (
        <>
          <span aria-hidden className="mt-2 block h-2 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full rounded-full bg-accent"
              style={{ width: `max(${(share * 100).toFixed(2)}%, 0.5rem)` }}
            />
          </span>
          <p className="mt-1.5 text-sm text-muted">{t("storage.usedOf", words)}</p>
        </>
      )}
    </>
  );
}

function KeepButton({ isKept, onKept }: { isKept: boolean; onKept(): void }): ReactNode {
  const { t } = useTranslation("settings");
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const keep = async (): Promise<void> => {
    if (await attempt(() => navigator.storage.persist())) onKept();
    else toast({ text: t("storage.keepRefused") });
  };
  return (
    <div className="mt-4">
      {isKept && <p className="font-medium text-accent">{t("storage.kept")}</p>}
      <p className="text-sm text-muted">{t("storage.keptText")}</p>
      {!isKept && (
        <Button look="secondary" className="mt-2" isBusy={isBusy} onClick={() => void keep()}>
          {t("storage.keep")}
        </Button>
      )}
    </div>
  );
}

function ServerSpace(): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const { api } = useClient();
  const ask = useCallback(() => api.media.usage(), [api]);
  const { value } = useLoad(ask);
  // Offline it is not known, and not missed.
  if (!value) return null;
  return (
    <Section title={t("storage.server")}>
      <Meter used={value.used} limit={value.limit ?? undefined} language={i18n.language} />
    </Section>
  );
}

function ClearMedia({ onDone }: { onDone(): void }): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const files = findMediaFiles(useClient());
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const { value: kept, reload } = useLoad(files.measure);
  const clear = async (): Promise<void> => {
    await attempt(async () => {
      await files.clear();
      toast({ text: t("storage.mediaDone") });
      reload();
      onDone();
    });
  };
  return (
    <Section>
      <Button look="secondary" isBusy={isBusy} disabled={kept?.count === 0} onClick={() => void clear()}>
        {t("storage.media")}
        {kept && <span className="font-normal text-muted">{formatBytes(kept.bytes, i18n.language)}</span>}
      </Button>
      <p className="mt-1.5 text-sm text-muted">{t("storage.mediaText")}</p>
    </Section>
  );
}

function ClearCopy(): ReactNode {
  const { t } = useTranslation("settings");
  const { t: say } = useTranslation("ui");
  const client = useClient();
  const { userId } = useIdentity();
  const { attempt, isBusy } = useAttempt();
  const [isAsking, setAsking] = useState(false);
  const clear = async (): Promise<void> => {
    await attempt(async () => {
      await findMediaFiles(client).clear();
      await client.close();
      const store = createIndexedDbStore({ name: `pipit-${userId}` });
      await store.clear();
      await store.close();
    });
    // Whatever came of it: the client is closed.
    location.reload();
  };
  const footer = (
    <>
      <Button look="secondary" onClick={() => setAsking(false)}>
        {say("cancel")}
      </Button>
      <Button look="danger" isBusy={isBusy} onClick={() => void clear()}>
        {t("storage.copyAction")}
      </Button>
    </>
  );
  return (
    <Section>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t("storage.copy")}
      </Button>
      <p className="mt-1.5 text-sm text-muted">{t("storage.copyText")}</p>
      <Dialog
        title={t("storage.copyTitle")}
        description={t("storage.copyText")}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={footer}
      >
        <UnsentWarning kind="storage" />
      </Dialog>
    </Section>
  );
}
