/** How the page looks and speaks, and how chats are kept. */

import type { Unarchiving } from "@pipit/protocol/models/account";
import { useClient } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { readTheme, saveTheme, type Theme, themes } from "../app/theme.ts";
import { type Language, languages, saveLanguage } from "../i18n/words.ts";
import { Choice } from "../ui/choice.tsx";
import { Section } from "../ui/pane.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useSetting } from "./use-setting.ts";

// Not the protocol's list: with it would come all that checks it.
const unarchiving: readonly Unarchiving[] = ["message", "mention", "never"];

export function ChatsSection(): ReactNode {
  const { t } = useTranslation("settings");
  return (
    <>
      <Section title={t("chats.theme")}>
        <ThemeChoice />
      </Section>
      <Section title={t("chats.language")}>
        <LanguageChoice />
      </Section>
      <Section title={t("chats.archive")}>
        <ArchiveChoice />
      </Section>
    </>
  );
}

function ThemeChoice(): ReactNode {
  const { t } = useTranslation("settings");
  const [theme, setTheme] = useState(readTheme);
  const show = (wanted: Theme): void => {
    saveTheme(wanted);
    setTheme(wanted);
  };
  const options = themes.map((value) => ({ value, label: t(`chats.themes.${value}`) }));
  return <Choice label={t("chats.theme")} value={theme} options={options} onChange={show} />;
}

function LanguageChoice(): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const { attempt } = useAttempt();
  const options = (Object.keys(languages) as Language[]).map((value) => ({ value, label: languages[value].name }));
  return (
    <Choice
      label={t("chats.language")}
      value={i18n.language as Language}
      options={options}
      onChange={(language) => void attempt(() => saveLanguage(language))}
    />
  );
}

function ArchiveChoice(): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { value, change } = useSetting(
    (settings) => settings.chats.unarchive_on,
    (unarchive_on) => api.chats.setSettings({ unarchive_on }),
  );
  const options = unarchiving.map((one) => ({ value: one, label: t(`chats.unarchive.${one}`) }));
  return (
    <Choice
      label={t("chats.archive")}
      value={value ?? "message"}
      options={options}
      isDisabled={value === undefined}
      onChange={(one) => void change(one)}
    />
  );
}
