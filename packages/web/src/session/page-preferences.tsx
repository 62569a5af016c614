/** Language and appearance of the page, for whoever is not signed in yet. */
import { Check, Languages, Monitor, Moon, Sun } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { readTheme, saveTheme, type Theme, themes } from "../app/theme.ts";
import { type Language, languages, saveLanguage } from "../i18n/words.ts";
import { IconButton } from "../ui/button.tsx";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

const icons = { system: Monitor, light: Sun, dark: Moon };

export function PagePreferences(): ReactNode {
  const { t, i18n } = useTranslation("session");
  const { attempt } = useAttempt();
  const [theme, setTheme] = useState(readTheme);
  const ThemeIcon = icons[theme];
  const speech = (Object.keys(languages) as Language[]).map((language) =>
    entryOf(languages[language].name, language === i18n.language, () => void attempt(() => saveLanguage(language))),
  );
  const looks = themes.map((one) => entryOf(t(`themes.${one}`), one === theme, () => show(one)));
  const show = (wanted: Theme): void => {
    saveTheme(wanted);
    setTheme(wanted);
  };
  return (
    <div className="flex gap-1">
      <Menu entries={speech}>
        <IconButton label={t("language")}>
          <Languages />
        </IconButton>
      </Menu>
      <Menu entries={looks}>
        <IconButton label={t("theme")}>
          <ThemeIcon />
        </IconButton>
      </Menu>
    </div>
  );
}

function entryOf(label: string, isChosen: boolean, onSelect: () => void): MenuEntry {
  return { label, onSelect, icon: isChosen ? Check : Nothing };
}

/** Keeps the place of a tick. */
function Nothing(): ReactNode {
  return <span aria-hidden className="size-4.5" />;
}
