/** A text that is changed where it stands. */
import { Check, Pencil, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Spinner } from "../ui/spinner.tsx";

type EditableTextProps = {
  label: string;
  value: string;
  maxLength: number;
  /** It may have several lines. */
  isLong?: boolean;
  isRequired?: boolean;
  canEdit: boolean;
  /** @returns whether it is saved; else it stays open */
  onSave(value: string): Promise<boolean>;
  className?: string;
};

export function EditableText({ isRequired = false, canEdit, className, ...rest }: EditableTextProps): ReactNode {
  const { t } = useTranslation("info");
  const { label, value } = rest;
  const [isEditing, setEditing] = useState(false);
  if (isEditing) return <Editor {...rest} isRequired={isRequired} onClose={() => setEditing(false)} />;
  if (!canEdit && value === "") return null;
  return (
    <div className={classNames("flex max-w-full items-start gap-1", canEdit && !rest.isLong && "ps-10")}>
      <p dir="auto" className={classNames("min-w-0 flex-1 break-words", className, value === "" && "text-muted")}>
        {value || t("nothingYet", { label })}
      </p>
      {canEdit && (
        <IconButton label={t("edit", { label })} className="-my-1.5" onClick={() => setEditing(true)}>
          <Pencil className="size-4.5!" />
        </IconButton>
      )}
    </div>
  );
}

type EditorProps = Omit<EditableTextProps, "canEdit" | "className"> & { onClose(): void };

/** Enter saves a line, Escape leaves it as it was. */
function Editor({
  label,
  value,
  maxLength,
  isLong = false,
  isRequired = false,
  onSave,
  onClose,
}: EditorProps): ReactNode {
  const { t } = useTranslation("info");
  const [text, setText] = useState(value);
  const [isBusy, setBusy] = useState(false);
  const isMissing = isRequired && text.trim() === "";
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isMissing) return;
    if (text.trim() === value) return onClose();
    setBusy(true);
    const isSaved = await onSave(text.trim());
    setBusy(false);
    if (isSaved) onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  const field = {
    "aria-label": label,
    value: text,
    maxLength,
    dir: "auto",
    autoFocus: true,
    disabled: isBusy,
    onKeyDown,
    onChange: ({ target }: { target: { value: string } }) => setText(target.value),
    className:
      "min-w-0 flex-1 resize-none rounded-xl border border-line bg-raised px-3 py-2 text-base font-normal focus:border-accent focus:outline-none focus:ring-1 focus:ring-accent",
  };
  return (
    <form onSubmit={(event) => void save(event)} className="mt-2 flex w-full items-start gap-1">
      {isLong ? <textarea rows={4} {...field} /> : <input type="text" {...field} />}
      <IconButton label={t("save")} type="submit" disabled={isBusy || isMissing} className="text-accent">
        {isBusy ? <Spinner /> : <Check />}
      </IconButton>
      <IconButton label={t("cancel")} disabled={isBusy} onClick={onClose}>
        <X />
      </IconButton>
    </form>
  );
}
