/** One of a few short things, beside each other. */
import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type PillsProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode }[];
  isDisabled?: boolean;
  onChange(value: Value): void;
};

export function Pills<Value extends string>({
  label,
  value,
  options,
  isDisabled = false,
  onChange,
}: PillsProps<Value>): ReactNode {
  const { i18n } = useTranslation("info");
  return (
    <RadioGroup.Root
      aria-label={label}
      dir={i18n.dir()}
      value={value}
      disabled={isDisabled}
      onValueChange={(chosen) => onChange(chosen as Value)}
      className="flex flex-wrap gap-2"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="min-h-10 rounded-full border border-line px-4 text-sm font-medium hover:bg-hover disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
