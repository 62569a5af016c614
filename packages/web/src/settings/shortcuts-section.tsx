/** The keys that do something, in a table. */
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { composerKeys, hasCommandKey, type KeyName, shortcuts } from "./shortcuts.ts";

type Row = { label: string; ways: readonly (readonly KeyName[])[] };

export function ShortcutsSection(): ReactNode {
  const { t } = useTranslation("settings");
  const rows: Row[] = [
    { label: t("shortcuts.search"), ways: shortcuts.search },
    { label: t("shortcuts.previous"), ways: shortcuts.previous },
    { label: t("shortcuts.next"), ways: shortcuts.next },
    { label: t("shortcuts.newChat"), ways: shortcuts.newChat },
    { label: t("shortcuts.settings"), ways: shortcuts.settings },
    { label: t("shortcuts.back"), ways: shortcuts.back },
    { label: t("shortcuts.send"), ways: composerKeys.send },
    { label: t("shortcuts.line"), ways: composerKeys.line },
    { label: t("shortcuts.editLast"), ways: composerKeys.editLast },
    { label: t("shortcuts.help"), ways: shortcuts.help },
  ];
  return (
    <div className="px-5">
      <p className="mb-3 text-sm text-muted">{t("shortcuts.text")}</p>
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("shortcuts.action")}</th>
            <th scope="col">{t("shortcuts.keys")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, ways }) => (
            <tr key={label} className="border-t border-line first:border-t-0">
              <th scope="row" className="py-3 pe-3 text-start font-normal">
                {label}
              </th>
              <td className="py-2 text-end">
                <Ways ways={ways} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Ways({ ways }: { ways: Row["ways"] }): ReactNode {
  const { t } = useTranslation("settings");
  return ways.map((keys, place) => (
    <Fragment key={keys.join(" ")}>
      {place > 0 && <span className="mx-1.5 text-sm text-muted">{t("shortcuts.or")}</span>}
      <span dir="ltr" className="inline-flex gap-1">
        {keys.map((key) => (
          <Key key={key} name={key} />
        ))}
      </span>
    </Fragment>
  ));
}

function Key({ name }: { name: KeyName }): ReactNode {
  const { t } = useTranslation("settings");
  const names = t("shortcuts.key", { returnObjects: true }) as Record<string, string>;
  const shown = name === "Mod" && hasCommandKey() ? "⌘" : (names[name] ?? name);
  return (
    <kbd className="inline-flex min-w-8 justify-center rounded-lg border border-line border-b-2 bg-raised px-2 py-1 font-sans text-sm font-medium">
      {shown}
    </kbd>
  );
}
