/** Which versions are running, and where. */
import { useClient } from "@pipit/react";
import { ExternalLink, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { loadClientConfig } from "../session/client-config.ts";
import { version } from "../session/device-id.ts";
import { serverUrl } from "../session/identity.ts";
import { isUpdateWaiting, lookForUpdate } from "../session/register-worker.ts";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/pane.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";

export function AboutSection(): ReactNode {
  const { t } = useTranslation("settings");
  const { deviceId } = useClient();
  const { value: config } = useLoad(loadClientConfig);
  return (
    <>
      <div className="flex flex-col items-center gap-3 px-5 pt-4 pb-6 text-center">
        <img src="/icon.svg" alt="" className="size-20" />
        <p className="text-xl font-bold">{config?.name ?? "Pipit"}</p>
        <UpdateButton />
      </div>
      <Section>
        <dl className="space-y-3">
          <Fact name={t("about.version")} value={version} />
          <Fact name={t("about.server")} value={[serverUrl, config?.version].filter(Boolean).join(" · ")} />
          <Fact name={t("about.device")} value={deviceId ?? ""} />
        </dl>
      </Section>
      <Section>
        <a
          href="/docs"
          target="_blank"
          rel="noopener"
          className="inline-flex min-h-10 items-center gap-2 font-medium text-link hover:underline"
        >
          {t("about.reference")}
          <ExternalLink aria-hidden className="size-4 rtl:-scale-x-100" />
        </a>
      </Section>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd dir="ltr" className="text-start break-all">
        {value}
      </dd>
    </div>
  );
}

function UpdateButton(): ReactNode {
  const { t } = useTranslation("settings");
  const toast = useToast();
  const { attempt, isBusy } = useAttempt();
  const look = (): Promise<void> =>
    attempt(async () => {
      await lookForUpdate();
      // If there is one, the page says so by itself.
      if (!isUpdateWaiting()) toast({ text: t("about.upToDate") });
    });
  return (
    <Button look="secondary" isBusy={isBusy} onClick={() => void look()}>
      <RefreshCw aria-hidden className="size-4" />
      {t("about.update")}
    </Button>
  );
}
