/** The page's words, in the person's language. No text stands outside of the files in `locales`. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Words } from "./locales/en.ts";

/** Names of languages in themselves; those that read from right to left say so. */
export const languages = {
  en: { name: "English", direction: "ltr" },
  de: { name: "Deutsch", direction: "ltr" },
  hi: { name: "हिन्दी", direction: "ltr" },
  ar: { name: "العربية", direction: "rtl" },
} as const;
export type Language = keyof typeof languages;

const key = "pipit.language";

// Each language is a file of its own: a person loads the one they read.
const loaders: Record<Language, () => Promise<{ words: Words }>> = {
  en: () => import("./locales/en.ts"),
  de: () => import("./locales/de.ts"),
  hi: () => import("./locales/hi.ts"),
  ar: () => import("./locales/ar.ts"),
};

/** The language that was chosen, else the first of the browser's that there is, else English. */
function readLanguage(): Language {
  const wanted = [localStorage.getItem(key) ?? "", ...navigator.languages.map((tag) => tag.split("-")[0] ?? "")];
  return wanted.find(isLanguage) ?? "en";
}

/** Resolves when the page can be drawn. */
export async function startWords(): Promise<void> {
  const language = readLanguage();
  const { words } = await loaders[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: words },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  showLanguage(language);
}

/** Speaks another language from now on. */
export async function saveLanguage(language: Language): Promise<void> {
  const { words } = await loaders[language]();
  for (const [namespace, texts] of Object.entries(words)) i18next.addResourceBundle(language, namespace, texts);
  localStorage.setItem(key, language);
  await i18next.changeLanguage(language);
  showLanguage(language);
}

function showLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = languages[language].direction;
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(languages, tag);
}
