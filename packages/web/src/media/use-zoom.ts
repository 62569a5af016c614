/** Looks closer at a picture: by wheel, pinch, double click and keys; moves it about; swipes to the next. */
import {
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

export type Zoom = {
  scale: number;
  x: number;
  y: number;
  /** A finger or button is on it: it follows without delay. */
  isHeld: boolean;
  /** By a factor, about the middle. */
  by(factor: number): void;
  reset(): void;
  handlers: {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(event: PointerEvent): void;
    onPointerCancel(event: PointerEvent): void;
    onDoubleClick(event: MouseEvent): void;
  };
};

type View = { scale: number; x: number; y: number };
type Point = { x: number; y: number };
/** `1`: to what is at the right on the screen. */
type Swipes = { onSwipe(direction: -1 | 1): void; onSwipeDown(): void };

const whole: View = { scale: 1, x: 0, y: 0 };
const closest = 8;
const doubleClickScale = 2.5;
const swipePixels = 70;

/** @param area what it is looked at through */
export function useZoom(area: RefObject<HTMLElement | null>, swipes: Swipes): Zoom {
  const [view, setView] = useState<View>(whole);
  const [isHeld, setHeld] = useState(false);
  const pointers = useRef(new Map<number, Point>());
  const began = useRef<Point>(undefined);
  const about = useCallback(
    (factor: number, at?: Point) => setView((before) => zoomAbout(before, factor, at, area.current)),
    [area],
  );
  const reset = useCallback(() => setView(whole), []);
  useWheel(area, about);
  const onPointerDown = (event: PointerEvent): void => {
    // Whoever captures a pointer has its click, too.
    if (event.button !== 0 || isControl(event.target)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, pointOf(event));
    began.current = pointers.current.size === 1 ? pointOf(event) : undefined;
    setHeld(true);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) about(distance(now, other) / Math.max(1, distance(before, other)), middle(now, other));
    else
      setView((known) => moved(known, now.x - before.x, now.y - before.y, area.current, began.current !== undefined));
  };
  const onPointerUp = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId);
    if (pointers.current.size > 0) return;
    setHeld(false);
    const from = began.current;
    began.current = undefined;
    if (view.scale > 1) return;
    setView(whole);
    if (from) swipe(from, pointOf(event), swipes);
  };
  return {
    ...view,
    isHeld,
    by: about,
    reset,
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: onPointerUp,
      onDoubleClick(event) {
        if (isControl(event.target)) return;
        if (view.scale > 1) reset();
        else about(doubleClickScale, { x: event.clientX, y: event.clientY });
      },
    },
  };
}

// React's own wheel listeners are passive: they could not keep the page from scrolling.
function useWheel(area: RefObject<HTMLElement | null>, about: (factor: number, at: Point) => void): void {
  const listener = useMemo(
    () => (event: WheelEvent) => {
      event.preventDefault();
      about(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400)), { x: event.clientX, y: event.clientY });
    },
    [about],
  );
  useEffect(() => {
    const element = area.current;
    element?.addEventListener("wheel", listener, { passive: false });
    return () => element?.removeEventListener("wheel", listener);
  }, [area, listener]);
}

/** What is at the point stays there. */
function zoomAbout(view: View, factor: number, at: Point | undefined, area: HTMLElement | null): View {
  const scale = Math.min(closest, Math.max(1, view.scale * factor));
  if (scale === 1) return whole;
  const box = area?.getBoundingClientRect();
  const centre = box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 };
  const from = at ? { x: at.x - centre.x, y: at.y - centre.y } : { x: 0, y: 0 };
  const ratio = scale / view.scale;
  return within({ scale, x: from.x - (from.x - view.x) * ratio, y: from.y - (from.y - view.y) * ratio }, area);
}

function moved(view: View, dx: number, dy: number, area: HTMLElement | null, isSwipe: boolean): View {
  const next = { ...view, x: view.x + dx, y: view.y + dy };
  if (view.scale > 1) return within(next, area);
  return isSwipe ? next : view;
}

/** No further than its edges. */
function within(view: View, area: HTMLElement | null): View {
  const limitX = ((view.scale - 1) * (area?.clientWidth ?? 0)) / 2;
  const limitY = ((view.scale - 1) * (area?.clientHeight ?? 0)) / 2;
  return { scale: view.scale, x: clamp(view.x, limitX), y: clamp(view.y, limitY) };
}

function swipe(from: Point, to: Point, { onSwipe, onSwipeDown }: Swipes): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (Math.abs(dx) > swipePixels && Math.abs(dx) > Math.abs(dy)) onSwipe(dx > 0 ? -1 : 1);
  else if (dy > swipePixels * 1.5) onSwipeDown();
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("button, a") !== null;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

function pointOf({ clientX, clientY }: { clientX: number; clientY: number }): Point {
  return { x: clientX, y: clientY };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
