/** How large a picture or film is in a bubble: known before it is there, so that nothing moves when it comes. */

export type Box = { width: number; height: number };

const widest = 330;
const narrowest = 150;
const tallest = 380;
const lowest = 100;
/** Of what has not been measured. */
const unknown: Box = { width: 260, height: 260 };

/** Small ones are made larger, extreme ones are cut at the edges. */
export function toBox(width: number | null | undefined, height: number | null | undefined): Box {
  if (!width || !height) return unknown;
  const ratio = width / height;
  const fitted = Math.min(widest, tallest * ratio);
  const boxWidth = Math.max(narrowest, fitted);
  return { width: Math.round(boxWidth), height: Math.round(Math.min(tallest, Math.max(lowest, boxWidth / ratio))) };
}
