/** A message that is drawn aside by a finger is replied to. */
import { type TouchEvent, useMemo, useRef } from "react";

type Swipe = { bubble: HTMLElement; key: string; x: number; y: number; way: number; isOn: boolean; by: number };

type SwipeHandlers = {
  onTouchStart(event: TouchEvent<HTMLElement>): void;
  onTouchMove(event: TouchEvent<HTMLElement>): void;
  onTouchEnd(): void;
  onTouchCancel(): void;
};

const beginPx = 14;
const enoughPx = 56;
const mostPx = 76;

export function useSwipeReply(onReply: (key: string) => void): SwipeHandlers {
  const swipe = useRef<Swipe>(undefined);
  return useMemo(() => {
    const end = (isDone: boolean): void => {
      const known = swipe.current;
      swipe.current = undefined;
      if (!known?.isOn) return;
      known.bubble.style.transition = "transform 160ms ease-out";
      known.bubble.style.transform = "";
      if (isDone && known.by >= enoughPx) onReply(known.key);
    };
    return {
      onTouchStart: (event) => {
        swipe.current = event.touches.length === 1 ? findSwipe(event) : undefined;
      },
      onTouchMove(event) {
        const known = swipe.current;
        const touch = event.touches[0];
        if (known && touch) follow(known, touch.clientX, touch.clientY, () => end(false));
      },
      onTouchEnd: () => end(true),
      onTouchCancel: () => end(false),
    };
  }, [onReply]);
}

function findSwipe(event: TouchEvent<HTMLElement>): Swipe | undefined {
  const { target } = event;
  const touch = event.touches[0];
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-key]") : null;
  const bubble = row?.querySelector<HTMLElement>("[data-bubble]");
  const key = row?.dataset.key;
  // A player's bar or a wide block of code is drawn by the same finger.
  const isTaken = target instanceof Element && target.closest("[role=slider], input, code") !== null;
  if (!bubble || !touch || key === undefined || isTaken) return undefined;
  const way = getComputedStyle(bubble).direction === "rtl" ? -1 : 1;
  return { bubble, key, x: touch.clientX, y: touch.clientY, way, isOn: false, by: 0 };
}

function follow(swipe: Swipe, x: number, y: number, giveUp: () => void): void {
  const along = (x - swipe.x) * swipe.way;
  const across = Math.abs(y - swipe.y);
  if (!swipe.isOn && across > beginPx) {
    giveUp();
    return;
  }
  if (!swipe.isOn && along < Math.max(beginPx, across * 2)) return;
  swipe.isOn = true;
  swipe.by = Math.max(0, Math.min(mostPx, along - beginPx));
  swipe.bubble.style.transition = "none";
  swipe.bubble.style.transform = `translateX(${swipe.by * swipe.way}px)`;
}
