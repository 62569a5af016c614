/** Keeps a list at the row that it was sent to while its rows come to be drawn, and turn out higher than was guessed. */
import type { VirtualizerHandle } from "virtua";

type HoldParts = {
  list(): VirtualizerHandle | null;
  scroller: HTMLElement;
  /** Goes to the row, wherever among the others it is by now. */
  go(): void;
  /** Whether one still wants to be there. */
  isWanted(): boolean;
  /** It stands still. */
  onPlaced(): void;
  /** It has stood still for a while, or somebody has scrolled. */
  onDone(): void;
};

const placedFrames = 3;
const doneFrames = 30;
/** Pictures and answers that go on coming must not hold it for good. */
const mostMs = 3_000;
const takesOver = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

export function holdPlace({ list, scroller, go, isWanted, onPlaced, onDone }: HoldParts): void {
  const startedAt = performance.now();
  let size = -1;
  let still = 0;
  let isTaken = false;
  const take = (): void => {
    isTaken = true;
  };
  for (const name of takesOver) scroller.addEventListener(name, take, { passive: true });
  const look = (): void => {
    const view = list();
    if (view && view.scrollSize !== size && !isTaken && isWanted()) {
      size = view.scrollSize;
      still = 0;
      go();
    } else still += 1;
    if (still >= placedFrames || isTaken) onPlaced();
    const isDone = isTaken || !view || still >= doneFrames || performance.now() - startedAt > mostMs || !isWanted();
    if (!isDone) {
      requestAnimationFrame(look);
      return;
    }
    for (const name of takesOver) scroller.removeEventListener(name, take);
    onPlaced();
    if (isWanted()) onDone();
  };
  look();
}
