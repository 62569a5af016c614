/** Rows' elements, which are there only while they are near what is in view. */

const patienceFrames = 40;

function findRowElement(within: HTMLElement, key: string): HTMLElement | null {
  return within.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

/** Calls with a row's element as soon as it is drawn, if that is soon. */
export function whenDrawn(within: HTMLElement, key: string, work: (row: HTMLElement) => void): void {
  let frames = 0;
  const look = (): void => {
    const row = findRowElement(within, key);
    frames += 1;
    if (row) work(row);
    else if (frames < patienceFrames) requestAnimationFrame(look);
  };
  look();
}

/** Shows which row is meant. */
export function flash(row: HTMLElement): void {
  const colour = "color-mix(in srgb, var(--accent) 26%, transparent)";
  row.animate(
    [{ backgroundColor: colour }, { backgroundColor: colour, offset: 0.4 }, { backgroundColor: "transparent" }],
    {
      duration: 1_800,
      easing: "ease-out",
    },
  );
}
