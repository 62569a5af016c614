/** Lets the compiler check the keys of words. */
import type { Words } from "./locales/en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    resources: Words;
  }
}
