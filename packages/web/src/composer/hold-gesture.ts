/** Where a finger that holds the microphone has gone: what that means for the recording. */

export type HoldMeaning = "holds" | "cancels" | "locks";

const cancelPx = 90;
const lockPx = 70;
/** Who lets go sooner has tapped: the recording goes on by itself. */
export const tapMs = 350;

/**
 * @param move how far it is from where it went down, in pixels
 * @param isRtl the line reads from right to left: back is to the right
 */
export function readHold(move: { x: number; y: number }, isRtl: boolean): HoldMeaning {
  const back = isRtl ? move.x : -move.x;
  const up = -move.y;
  // The longer way counts, where a finger slides askew.
  if (back >= cancelPx && back >= up) return "cancels";
  return up >= lockPx ? "locks" : "holds";
}
