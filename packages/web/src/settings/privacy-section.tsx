/** Who may know what of the person, and who may reach them. */

import type { Privacy, Visibility } from "@pipit/protocol/models/presence";
import { useClient, useSettings } from "@pipit/react";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { Choice } from "../ui/choice.tsx";
import { classNames } from "../ui/class-names.ts";
import { Section } from "../ui/pane.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { Switch } from "../ui/switch.tsx";
import { useSetting } from "./use-setting.ts";

// Not the protocol's list: with it would come all that checks it.
const visibilities: readonly Visibility[] = ["everyone", "shared_rooms", "nobody"];

type VisibilityName = Exclude<keyof Privacy, "read_receipts">;

const known: readonly VisibilityName[] = ["last_seen", "online", "status_message"];
const reached: readonly VisibilityName[] = ["groups", "messages"];

export function PrivacySection(): ReactNode {
  const { t } = useTranslation("settings");
  if (!useSettings()) return <RowSkeletons count={6} />;
  return (
    <>
      <Section title={t("privacy.who")}>
        {known.map((name) => (
          <VisibilityRow key={name} name={name} />
        ))}
        <ReceiptsSwitch />
      </Section>
      <Section title={t("privacy.contact")}>
        {reached.map((name) => (
          <VisibilityRow key={name} name={name} />
        ))}
        <BlockedRow />
      </Section>
    </>
  );
}

function ReceiptsSwitch(): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { value = true, change } = useSetting(
    (settings) => settings.privacy.read_receipts,
    (read_receipts) => api.users.setPrivacy({ read_receipts }),
  );
  return (
    <Switch
      label={t("privacy.receipts")}
      hint={t("privacy.receiptsHint")}
      isOn={value}
      onChange={(isOn) => void change(isOn)}
    />
  );
}

/** A row that says what is chosen, and opens to choose. */
function VisibilityRow({ name }: { name: VisibilityName }): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { value: chosen = "everyone", change } = useSetting<Visibility>(
    (settings) => settings.privacy[name],
    (value) => api.users.setPrivacy({ [name]: value }),
  );
  const options = visibilities.map((value) => ({ value, label: t(`privacy.visibility.${value}`) }));
  return (
    <div className="py-1">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="-mx-3 flex min-h-12 w-[calc(100%+1.5rem)] items-center gap-3 rounded-xl px-3 py-1.5 text-start hover:bg-hover"
      >
        <span className="min-w-0 flex-1">
          <span className="block">{t(`privacy.${name}`)}</span>
          <span className="block text-sm text-accent">{t(`privacy.visibility.${chosen}`)}</span>
        </span>
        <ChevronDown
          aria-hidden
          className={classNames("size-5 text-muted transition-transform", isOpen && "rotate-180")}
        />
      </button>
      <div id={id} hidden={!isOpen} className="pb-2">
        {isOpen && (
          <>
            <Choice
              label={t(`privacy.${name}`)}
              value={chosen}
              options={options}
              onChange={(value) => void change(value)}
            />
            <p className="mt-1 text-sm text-muted">{t(`privacy.${name}Hint`)}</p>
          </>
        )}
      </div>
    </div>
  );
}

function BlockedRow(): ReactNode {
  const { t } = useTranslation("settings");
  const go = useGo();
  const count = useSettings()?.blocked_user_ids.length ?? 0;
  return (
    <button
      type="button"
      onClick={() => go.side("settings", "blocked")}
      className="-mx-3 flex min-h-12 w-[calc(100%+1.5rem)] items-center gap-3 rounded-xl px-3 py-1.5 text-start hover:bg-hover"
    >
      <span className="flex-1">
        <span className="block">{t("sections.blocked")}</span>
        <span className="block text-sm text-accent">
          {count === 0 ? t("privacy.blockedNone") : t("privacy.blockedCount", { count })}
        </span>
      </span>
      <ChevronRight aria-hidden className="size-5 text-muted rtl:-scale-x-100" />
    </button>
  );
}
