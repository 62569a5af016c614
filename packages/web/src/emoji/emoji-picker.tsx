/** Finds an emoji. */
import { type KeyboardEvent, type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList, type VListHandle } from "virtua";
import { Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { SearchField } from "../ui/text-field.tsx";
import { useLoad } from "../ui/use-load.ts";
import { noteRecent, readRecent, readTone, saveTone } from "./emoji-choice.ts";
import { loadEmojis } from "./emoji-data.ts";
import { type Cell, columns, type EmojiRow, searchRows, toRows } from "./emoji-rows.ts";

type EmojiPickerProps = { onPick(emoji: string): void };

/** Without those that were used last. */
const allGroups = 9;
const samples = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

export function EmojiPicker({ onPick }: EmojiPickerProps): ReactNode {
  const { t, i18n } = useTranslation("composer");
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const [tone, setTone] = useState(readTone);
  // As they were when it was opened: a row that moves under the pointer is pressed by mistake.
  const [recent] = useState(readRecent);
  const ask = useCallback(() => loadEmojis(i18n.language), [i18n.language]);
  const { value: groups, error, reload } = useLoad(ask);
  const rows = useMemo(() => {
    if (!groups) return [];
    return wanted.trim() === "" ? toRows(groups, recent, t("emojis.recent"), tone) : searchRows(groups, wanted, tone);
  }, [groups, wanted, recent, tone, t]);
  const pick = (emoji: string): void => {
    noteRecent(emoji);
    onPick(emoji);
  };
  const section = useRef<HTMLElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    section.current?.querySelector<HTMLElement>('[data-at][tabindex="0"]')?.focus();
  };
  return (
    <section
      ref={section}
      aria-label={t("emojis.title")}
      onKeyDown={onKeyDown}
      className="flex h-96 w-[21.5rem] max-w-[calc(100vw-1.5rem)] flex-col"
    >
      <SearchField label={t("emojis.search")} value={text} onChange={setText} className="m-3 mb-1" />
      {error ? (
        <Failure onRetry={reload} />
      ) : !groups ? (
        <Loading />
      ) : rows.length === 0 ? (
        <p className="flex-1 p-8 text-center text-sm text-muted">{t("emojis.none")}</p>
      ) : (
        <Grid rows={rows} onPick={pick} />
      )}
      <Tones
        tone={tone}
        onChange={(chosen) => {
          saveTone(chosen);
          setTone(chosen);
        }}
      />
    </section>
  );
}

/** Tab leads to one of them; arrows move. */
function Grid({ rows, onPick }: { rows: readonly EmojiRow[]; onPick(emoji: string): void }): ReactNode {
  const { t } = useTranslation("composer");
  const list = useRef<VListHandle>(null);
  const grid = useRef<HTMLDivElement>(null);
  const firstRow = rows.findIndex((row) => "emojis" in row);
  const [at, setAt] = useState({ row: firstRow, column: 0 });
  const reachable = cellsOf(rows[at.row])[at.column] ? at : { row: firstRow, column: 0 };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isWithin = event.target instanceof Element && event.target.matches("[data-at]");
    const next = isWithin && moveIn(rows, reachable, event.key, document.documentElement.dir === "rtl");
    if (!next) return;
    event.preventDefault();
    setAt(next);
    list.current?.scrollToIndex(next.row, { align: "nearest" });
    requestAnimationFrame(() =>
      grid.current?.querySelector<HTMLElement>(`[data-at="${next.row} ${next.column}"]`)?.focus(),
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows go between the buttons within
    <div ref={grid} className="flex min-h-0 flex-1 flex-col" onKeyDown={onKeyDown}>
      <Groups rows={rows} onShow={(row) => list.current?.scrollToIndex(row, { align: "start" })} />
      <VList ref={list} role="group" aria-label={t("emojis.title")} data={rows} className="min-h-0 flex-1 px-2">
        {(row, place) =>
          "heading" in row ? (
            <h3 key={row.key} className="px-1.5 pt-3 pb-1 text-xs font-semibold text-muted">
              {row.heading}
            </h3>
          ) : (
            <div key={row.key} className="flex">
              {row.emojis.map((cell, column) => (
                <button
                  key={cell.text}
                  type="button"
                  data-at={`${place} ${column}`}
                  tabIndex={place === reachable.row && column === reachable.column ? 0 : -1}
                  title={cell.label}
                  aria-label={cell.label}
                  onClick={() => onPick(cell.text)}
                  className="flex size-10 items-center justify-center overflow-hidden rounded-xl text-2xl hover:bg-hover"
                >
                  {cell.text}
                </button>
              ))}
            </div>
          )
        }
      </VList>
    </div>
  );
}

/** Leads to each kind of them; found ones have none. */
function Groups({ rows, onShow }: { rows: readonly EmojiRow[]; onShow(row: number): void }): ReactNode {
  const { t } = useTranslation("composer");
  const groups = rows.flatMap((row, place) => ("heading" in row ? [{ ...row, place }] : []));
  if (groups.length === 0) return null;
  return (
    <div role="group" aria-label={t("emojis.groups")} className="flex border-b border-line px-2 pb-1">
      {groups.map(({ key, heading, sample, place }) => (
        <button
          key={key}
          type="button"
          title={heading}
          aria-label={heading}
          onClick={() => onShow(place)}
          className="flex h-9 min-w-0 flex-1 items-center justify-center rounded-lg text-lg grayscale hover:bg-hover hover:grayscale-0"
        >
          {place === 0 && groups.length > allGroups ? "🕒" : sample}
        </button>
      ))}
    </div>
  );
}

type At = { row: number; column: number };

function moveIn(rows: readonly EmojiRow[], at: At, key: string, isRtl: boolean): At | undefined {
  const ahead = isRtl ? "ArrowLeft" : "ArrowRight";
  const back = isRtl ? "ArrowRight" : "ArrowLeft";
  const isThere = (to: At): boolean => cellsOf(rows[to.row])[to.column] !== undefined;
  if (key === ahead && isThere({ ...at, column: at.column + 1 })) return { ...at, column: at.column + 1 };
  if (key === back && at.column > 0) return { ...at, column: at.column - 1 };
  const step = { ArrowDown: 1, [ahead]: 1, ArrowUp: -1, [back]: -1 }[key];
  if (step === undefined) return undefined;
  for (let row = at.row + step; row >= 0 && row < rows.length; row += step) {
    const { length } = cellsOf(rows[row]);
    if (length === 0) continue;
    const column = key === ahead ? 0 : key === back ? columns - 1 : at.column;
    return { row, column: Math.min(column, length - 1) };
  }
  return undefined;
}

function cellsOf(row: EmojiRow | undefined): readonly Cell[] {
  return row && "emojis" in row ? row.emojis : [];
}

function Tones({ tone, onChange }: { tone: number; onChange(tone: number): void }): ReactNode {
  const { t } = useTranslation("composer");
  return (
    <div role="radiogroup" aria-label={t("emojis.tone")} className="flex justify-center border-t border-line py-1">
      {samples.map((sample, at) => (
        <button
          key={sample}
          type="button"
          role="radio"
          aria-checked={at === tone}
          aria-label={t("emojis.toneNumber", { number: at })}
          onClick={() => onChange(at)}
          className="flex size-10 items-center justify-center rounded-xl text-lg hover:bg-hover aria-checked:bg-accent-soft"
        >
          {sample}
        </button>
      ))}
    </div>
  );
}
