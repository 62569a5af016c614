/** What a button does, in words, when it is pointed at or has the focus by key. */
import { Slot } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";

type Side = "top" | "bottom" | "left" | "right";
type TooltipProps = { text: string; side?: Side; children: ReactNode };

/** Around one element. It must have a name of its own: these words are for eyes. */
export function Tooltip({ text, side = "bottom", children }: TooltipProps): ReactNode {
  return (
    <Slot.Root data-tooltip={text} data-tooltip-side={side}>
      {children}
    </Slot.Root>
  );
}

type Shown = { text: string; x: number; y: number; side: Side };

const patienceMs = 500;
const gap = 8;
const shifts: Record<Side, string> = {
  top: "-translate-x-1/2 -translate-y-full",
  bottom: "-translate-x-1/2",
  left: "-translate-x-full -translate-y-1/2",
  right: "-translate-y-1/2",
};

/** Draws the one that is wanted. Once in the page: a list of hundreds of buttons costs nothing for it. */
export function TooltipLayer(): ReactNode {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => watchTooltips(setShown), []);
  if (!shown) return null;
  const x = Math.min(Math.max(shown.x, 60), innerWidth - 60);
  return (
    <div
      aria-hidden
      style={{ left: shown.side === "left" || shown.side === "right" ? shown.x : x, top: shown.y }}
      className={`pointer-events-none fixed z-50 ${shifts[shown.side]}`}
    >
      <div className="max-w-60 animate-fade rounded-lg bg-ink px-2.5 py-1 text-xs font-medium text-surface shadow-raised">
        {shown.text}
      </div>
    </div>
  );
}

/** @returns a function that ends it */
function watchTooltips(show: (shown: Shown | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over: Element | undefined;
  const hide = (): void => {
    clearTimeout(timer);
    over = undefined;
    show(undefined);
  };
  const enter = ({ target, type }: Event): void => {
    const element = target instanceof Element ? (target.closest("[data-tooltip]") ?? undefined) : undefined;
    if (element === over) return;
    hide();
    if (!element || (type === "focusin" && !element.matches(":focus-visible"))) return;
    over = element;
    timer = setTimeout(() => element.isConnected && show(placeOf(element)), patienceMs);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") hide();
  };
  document.addEventListener("pointerover", enter);
  document.addEventListener("focusin", enter);
  document.addEventListener("pointerdown", hide);
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", onKey);
  return () => {
    hide();
    document.removeEventListener("pointerover", enter);
    document.removeEventListener("focusin", enter);
    document.removeEventListener("pointerdown", hide);
    document.removeEventListener("focusout", hide);
    document.removeEventListener("keydown", onKey);
  };
}

/** Below what it is about, unless there is no room. */
function placeOf(element: Element): Shown | undefined {
  const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
  const text = element.getAttribute("data-tooltip") ?? "";
  const wanted = element.getAttribute("data-tooltip-side") as Side;
  const side = wanted === "bottom" && bottom + 40 > innerHeight ? "top" : wanted;
  const middle = { x: left + width / 2, y: top + height / 2 };
  const places = {
    top: { x: middle.x, y: top - gap },
    bottom: { x: middle.x, y: bottom + gap },
    left: { x: left - gap, y: middle.y },
    right: { x: right + gap, y: middle.y },
  };
  return { text, side, ...places[side] };
}
