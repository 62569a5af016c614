/** Who one is to others: picture, name, status, and the id to be found by. */
import { takeUser, useClient } from "@pipit/react";
import { Check, Copy } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/pane.tsx";
import { TextField } from "../ui/text-field.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { ProfilePicture } from "./profile-picture.tsx";
import { useMe } from "./use-me.ts";
import { useSetting } from "./use-setting.ts";

export function ProfileSection(): ReactNode {
  const me = useMe();
  return (
    <>
      <ProfilePicture me={me} />
      <Section>
        <NameField name={me.name} />
      </Section>
      <Section>
        <StatusField />
      </Section>
      <Section>
        <OwnId id={me.id} />
      </Section>
    </>
  );
}

type LineProps = {
  label: string;
  hint: string;
  /** What is saved. */
  value: string;
  max: number;
  isRequired?: boolean;
  onSave(value: string): Promise<boolean>;
  children?(write: (value: string) => void): ReactNode;
};

/** A line that is saved by Enter, or by the button that appears once it is another. */
function Line({ label, hint, value, max, isRequired = false, onSave, children }: LineProps): ReactNode {
  const { t } = useTranslation("settings");
  const toast = useToast();
  const [text, setText] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const shown = text ?? value;
  const isMissing = isRequired && shown.trim() === "";
  const isChanged = shown.trim() !== value;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isMissing || !isChanged) return;
    setBusy(true);
    const isSaved = await onSave(shown.trim());
    setBusy(false);
    if (!isSaved) return;
    setText(undefined);
    toast({ text: t("saved") });
  };
  return (
    <form onSubmit={save}>
      <TextField
        label={label}
        hint={hint}
        error={isMissing ? t("profile.noName") : undefined}
        value={shown}
        maxLength={max}
        dir="auto"
        onChange={(event) => setText(event.target.value)}
      />
      {children?.(setText)}
      {isChanged && (
        <Button type="submit" isBusy={isBusy} disabled={isMissing} className="mt-3">
          {t("save")}
        </Button>
      )}
    </form>
  );
}

function NameField({ name }: { name: string }): ReactNode {
  const { t } = useTranslation("settings");
  const client = useClient();
  const { attempt } = useAttempt();
  const save = async (value: string): Promise<boolean> => {
    const profile = await attempt(() => client.api.users.update({ name: value }));
    if (profile) takeUser(client, profile);
    return profile !== undefined;
  };
  return (
    <Line label={t("profile.name")} hint={t("profile.nameHint")} value={name} max={100} isRequired onSave={save} />
  );
}

const ideas = ["available", "busy", "meeting", "away", "battery"] as const;

function StatusField(): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { value, change } = useSetting(
    (settings) => settings.status_message,
    (status_message) => api.presence.setStatusMessage({ status_message }),
  );
  return (
    <Line
      label={t("profile.status")}
      hint={t("profile.statusHint")}
      value={value ?? ""}
      max={140}
      onSave={(text) => change(text === "" ? null : text)}
    >
      {(write) => (
        <ul aria-label={t("profile.statusIdeas")} className="mt-3 flex flex-wrap gap-2">
          {ideas.map((idea) => (
            <li key={idea}>
              <button
                type="button"
                onClick={() => write(t(`profile.ideas.${idea}`))}
                className="min-h-9 rounded-full border border-line bg-raised px-3.5 text-sm hover:border-accent hover:bg-hover"
              >
                {t(`profile.ideas.${idea}`)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Line>
  );
}

function OwnId({ id }: { id: string }): ReactNode {
  const { t } = useTranslation("settings");
  const { attempt } = useAttempt();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await attempt(async () => {
      await navigator.clipboard.writeText(id);
      setCopied(true);
    });
  };
  return (
    <>
      <p className="text-sm font-medium">{t("profile.id")}</p>
      <div className="mt-1.5 flex items-center gap-3">
        <code dir="ltr" className="min-w-0 flex-1 rounded-xl bg-hover px-3.5 py-2.5 text-start text-sm break-all">
          {id}
        </code>
        <Button look="secondary" onClick={copy}>
          {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          <span aria-live="polite">{t(isCopied ? "profile.copied" : "profile.copy")}</span>
        </Button>
      </div>
      <p className="mt-1.5 text-sm text-muted">{t("profile.idHint")}</p>
    </>
  );
}
