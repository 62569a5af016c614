/** Buttons with words, and buttons with a picture alone. */
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";
import { Tooltip } from "./tooltip.tsx";

type Look = "primary" | "secondary" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line bg-raised text-ink hover:bg-hover",
  quiet: "text-accent hover:bg-hover",
  danger: "bg-danger-soft text-danger hover:brightness-95",
};

type ButtonProps = ComponentProps<"button"> & { look?: Look; isBusy?: boolean };

/** While busy it can't be pressed again, and says so. */
export function Button({
  look = "primary",
  isBusy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={classNames(
        "inline-flex min-h-10 items-center justify-center gap-2 rounded-xl px-4 py-2 text-sm font-semibold transition-colors disabled:opacity-50",
        looks[look],
        className,
      )}
    >
      {isBusy && <Spinner className="size-4" />}
      {children}
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<"button">, "aria-label"> & {
  /** What it does, in words: for screen readers, and shown when pointed at. */
  label: string;
  /** It is switched on. */
  isOn?: boolean;
  side?: "top" | "bottom" | "left" | "right";
};

/** A picture to press. Give the picture itself no words. */
export function IconButton({ label, isOn, side = "bottom", className, children, ...rest }: IconButtonProps): ReactNode {
  return (
    <Tooltip text={label} side={side}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={isOn}
        className={classNames(
          "inline-flex size-10 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 [&_svg]:size-5",
          isOn && "bg-accent-soft text-accent",
          className,
        )}
      >
        {children}
      </button>
    </Tooltip>
  );
}
