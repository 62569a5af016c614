/** The day of what is in view, while it is being scrolled. */
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { useTimes } from "../messages/use-times.ts";

const lingerMs = 1_200;

export function StickyDay({
  at,
  scroller,
}: {
  at: string | undefined;
  scroller: RefObject<HTMLElement | null>;
}): ReactNode {
  const { day } = useTimes();
  const pill = useRef<HTMLDivElement>(null);
  // By hand: a state would draw the list anew with each beginning and end of a scroll.
  useEffect(() => {
    const element = scroller.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      pill.current?.toggleAttribute("data-on", true);
      clearTimeout(timer);
      timer = setTimeout(() => pill.current?.toggleAttribute("data-on", false), lingerMs);
    };
    element?.addEventListener("scroll", show, { passive: true });
    return () => {
      clearTimeout(timer);
      element?.removeEventListener("scroll", show);
    };
  }, [scroller]);
  if (at === undefined) return null;
  return (
    <div
      ref={pill}
      aria-hidden
      className="pointer-events-none absolute inset-x-0 top-2 z-[3] flex justify-center opacity-0 transition-opacity duration-200 data-on:opacity-100"
    >
      <span className="rounded-xl bg-raised px-3 py-1 text-xs font-medium text-muted shadow-flat">{day(at)}</span>
    </div>
  );
}
