/** The field of the composer: as high as its text, up to a part of the screen. */
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Mentions } from "./use-mentions.ts";

type TextFieldProps = {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  mentions: Mentions;
  /** Of the list of those who may be meant. */
  listId: string;
  onText(text: string): void;
  onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void;
  /** Files were pasted. */
  onFiles(files: readonly File[]): void;
};

/** Where styles can do it, no script has to measure at each key. */
const growsByItself = CSS.supports("field-sizing", "content");

export function TextField({ field, text, mentions, listId, onText, onKeyDown, onFiles }: TextFieldProps): ReactNode {
  const { t } = useTranslation("composer");
  const isCalling = mentions.people.length > 0;
  useEffect(() => {
    void text;
    const { current } = field;
    if (!current || growsByItself) return;
    current.style.height = "auto";
    current.style.height = `${current.scrollHeight}px`;
  }, [field, text]);
  return (
    <textarea
      ref={field}
      rows={1}
      dir="auto"
      value={text}
      aria-label={t("label")}
      placeholder={t("placeholder")}
      aria-autocomplete="list"
      aria-controls={isCalling ? listId : undefined}
      aria-activedescendant={isCalling ? `${listId}-${mentions.place}` : undefined}
      onChange={({ target }) => {
        onText(target.value);
        mentions.follow(target.selectionStart, target.value);
      }}
      onSelect={({ currentTarget }) => mentions.follow(currentTarget.selectionStart, currentTarget.value)}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        const files = [...event.clipboardData.files];
        // Tables and documents bring a picture of themselves along: their text is what is meant.
        if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
        event.preventDefault();
        onFiles(files);
      }}
      className="field-sizing-content max-h-52 min-h-10 mx-1 min-w-0 flex-1 resize-none rounded-3xl bg-hover px-4 py-2 leading-6 placeholder:text-muted focus:outline-2 focus:outline-accent/60"
    />
  );
}
