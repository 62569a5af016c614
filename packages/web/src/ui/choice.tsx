/** One of several. */
import { Check } from "lucide-react";
import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; hint?: string }[];
  isDisabled?: boolean;
  onChange(value: Value): void;
};

/** All of them below each other; arrows move. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  isDisabled,
  onChange,
}: ChoiceProps<Value>): ReactNode {
  const { i18n } = useTranslation("ui");
  return (
    <RadioGroup.Root
      aria-label={label}
      // Else Radix says "from left to right", whatever stands around it.
      dir={i18n.dir()}
      value={value}
      disabled={isDisabled === true}
      onValueChange={(chosen) => onChange(chosen as Value)}
      className="space-y-1"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className="flex min-h-11 w-full items-center gap-3 rounded-xl px-3 py-2 text-start hover:bg-hover disabled:opacity-50 data-[state=checked]:bg-accent-soft"
        >
          <span className="flex-1">
            <span className="block">{option.label}</span>
            {option.hint && <span className="block text-sm text-muted">{option.hint}</span>}
          </span>
          <RadioGroup.Indicator>
            <Check aria-hidden className="size-5 text-accent" />
          </RadioGroup.Indicator>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
