/** A line, or several, to write in. */
import { Search, X } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "./class-names.ts";

const box =
  "w-full rounded-xl border border-line bg-raised px-3.5 py-2.5 text-ink placeholder:text-muted focus:border-accent focus:outline-2 focus:outline-accent";

type TextFieldProps = ComponentProps<"input"> & {
  label: string;
  /** Said below it. */
  hint?: string | undefined;
  /** What is wrong with what stands in it. */
  error?: string | undefined;
  /** A button at its end. */
  action?: ReactNode;
};

/** With its label above, and what is wrong below. */
export function TextField({ label, hint, error, action, className, ...rest }: TextFieldProps): ReactNode {
  const id = useId();
  const about = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={about ? `${id}-about` : undefined}
          className={classNames(box, error && "border-danger", action !== undefined && "pe-12")}
        />
        {action !== undefined && <div className="absolute end-1 top-1/2 -translate-y-1/2">{action}</div>}
      </div>
      {about && (
        <p id={`${id}-about`} className={classNames("mt-1.5 text-sm", error ? "text-danger" : "text-muted")}>
          {about}
        </p>
      )}
    </div>
  );
}

type TextAreaProps = ComponentProps<"textarea"> & { label: string };

export function TextArea({ label, className, ...rest }: TextAreaProps): ReactNode {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <textarea rows={3} {...rest} id={id} className={classNames(box, "resize-none")} />
    </div>
  );
}

type SearchFieldProps = {
  label: string;
  value: string;
  onChange(value: string): void;
  className?: string;
  /** The list below it in which the keys move, if there is one now, and what in it they have come to. */
  list?: { id: string | undefined; activeId: string | undefined };
};

/** Escape empties it. */
export function SearchField({ label, value, onChange, className, list }: SearchFieldProps): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <search className={classNames("relative block", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute start-3.5 top-1/2 size-4.5 -translate-y-1/2 text-muted"
      />
      <input
        type="text"
        inputMode="search"
        {...(list && {
          role: "combobox",
          "aria-expanded": list.id !== undefined,
          "aria-autocomplete": "list",
          "aria-controls": list.id,
          "aria-activedescendant": list.activeId,
        })}
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.stopPropagation();
          onChange("");
        }}
        className="w-full rounded-full border border-transparent bg-hover py-2.5 ps-11 pe-10 text-sm placeholder:text-muted focus:border-accent focus:bg-raised focus:outline-none"
      />
      {value !== "" && (
        <button
          type="button"
          aria-label={t("clear")}
          onClick={() => onChange("")}
          className="absolute end-1 top-1/2 flex size-8 -translate-y-1/2 items-center justify-center rounded-full text-muted hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </search>
  );
}
