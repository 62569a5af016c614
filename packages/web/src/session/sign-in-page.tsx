/** Where nobody is signed in: the demo's people, an account, or the way back to the product that sends people here. */
import { CloudOff, DoorOpen, MonitorSmartphone, ShieldCheck } from "lucide-react";
import { type ComponentType, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useLoad } from "../ui/use-load.ts";
import { AccountForm } from "./account-form.tsx";
import { type ClientConfig, loadClientConfig } from "./client-config.ts";
import { DemoPeople } from "./demo-grid.tsx";
import { PagePreferences } from "./page-preferences.tsx";
import { useSession } from "./session.tsx";

export function SignInPage(): ReactNode {
  const { t } = useTranslation("session");
  const { value: config, error, reload } = useLoad(loadClientConfig);
  return (
    <div className="flex h-full overflow-y-auto bg-surface">
      <Brand name={config?.name ?? "Pipit"} />
      <main className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center justify-between gap-3 p-3 sm:p-5">
          <span className="flex items-center gap-2.5 text-lg font-bold lg:invisible">
            <img src="/icon.svg" alt="" className="size-9" />
            {config?.name ?? "Pipit"}
          </span>
          <PagePreferences />
        </div>
        <div className="mx-auto flex w-full max-w-xl flex-1 flex-col justify-center px-5 pt-2 pb-16 sm:px-8">
          {error && <Failure text={t("unreachable")} onRetry={reload} />}
          {!config && !error && <Loading />}
          {config && <Doors config={config} />}
        </div>
      </main>
    </div>
  );
}

/** The ways in that this server has. */
function Doors({ config }: { config: ClientConfig }): ReactNode {
  const { t } = useTranslation("session");
  const { state } = useSession();
  const isHostGone = state.status === "signed-out" && state.isHostGone;
  const [wantsAccount, setWantsAccount] = useState(false);
  if (isHostGone) {
    return (
      <>
        <div className="py-6">
          <EmptyState isMain icon={DoorOpen} title={t("host.title")} text={t("host.text")} />
        </div>
        {config.accounts && <Otherwise text={t("host.account")} />}
        {config.accounts && <AccountForm isQuiet />}
        {config.demo && <DemoPeople />}
      </>
    );
  }
  return (
    <>
      {config.demo && <DemoPeople />}
      {config.demo && config.accounts && !wantsAccount && (
        <Button look="quiet" className="mt-6 self-center" onClick={() => setWantsAccount(true)}>
          {t("demo.account")}
        </Button>
      )}
      {config.demo && config.accounts && wantsAccount && <hr className="my-8 border-line" />}
      {config.accounts && (!config.demo || wantsAccount) && <AccountForm />}
      {!config.accounts && !config.demo && (
        <EmptyState isMain icon={DoorOpen} title={t("host.only")} text={t("host.onlyText")} />
      )}
    </>
  );
}

function Otherwise({ text }: { text: string }): ReactNode {
  return (
    <p className="mb-6 flex items-center gap-4 text-center text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      {text}
    </p>
  );
}

const points: { icon: ComponentType<{ className?: string }>; key: "everywhere" | "offline" | "own" }[] = [
  { icon: MonitorSmartphone, key: "everywhere" },
  { icon: CloudOff, key: "offline" },
  { icon: ShieldCheck, key: "own" },
];

/** Beside the form, where there is room for it. */
function Brand({ name }: { name: string }): ReactNode {
  const { t } = useTranslation("session");
  return (
    <aside className="sticky top-0 hidden h-full w-[42%] max-w-2xl shrink-0 flex-col justify-between overflow-hidden bg-[#0b4a40] p-12 text-white lg:flex">
      <span aria-hidden className="absolute -end-40 -top-40 size-[30rem] rounded-full bg-white/5" />
      <span aria-hidden className="absolute -start-24 bottom-10 size-72 rounded-full bg-white/5" />
      <span aria-hidden className="absolute end-16 bottom-40 size-28 rounded-full bg-white/5" />
      <p className="relative flex items-center gap-3 text-xl font-bold">
        <img src="/icon.svg" alt="" className="size-11" />
        {name}
      </p>
      <div className="relative">
        <p className="max-w-md text-4xl leading-tight font-bold text-balance">{t("tagline")}</p>
        <ul className="mt-10 space-y-5">
          {points.map(({ icon: Icon, key }) => (
            <li key={key} className="flex items-center gap-4">
              <span aria-hidden className="flex size-11 shrink-0 items-center justify-center rounded-2xl bg-white/12">
                <Icon className="size-5.5" />
              </span>
              <span className="max-w-xs text-white/90">{t(`points.${key}`)}</span>
            </li>
          ))}
        </ul>
      </div>
      <span />
    </aside>
  );
}
