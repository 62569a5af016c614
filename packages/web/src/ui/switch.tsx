/** Something that is on or off, with its label. */
import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";

type SwitchProps = { label: string; hint?: string; isOn: boolean; isDisabled?: boolean; onChange(isOn: boolean): void };

export function Switch({ label, hint, isOn, isDisabled = false, onChange }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <div className="flex items-center gap-4 py-2.5">
      <label htmlFor={id} className="flex-1">
        <span className="block">{label}</span>
        {hint && <span className="mt-0.5 block text-sm text-muted">{hint}</span>}
      </label>
      <Radix.Root
        id={id}
        checked={isOn}
        disabled={isDisabled}
        onCheckedChange={onChange}
        className="relative h-7 w-12 shrink-0 rounded-full bg-muted/60 transition-colors disabled:opacity-40 data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-5.5 translate-x-[3px] rounded-full bg-white shadow-flat transition-transform data-[state=checked]:translate-x-[23px] rtl:-translate-x-[3px] rtl:data-[state=checked]:-translate-x-[23px]" />
      </Radix.Root>
    </div>
  );
}
