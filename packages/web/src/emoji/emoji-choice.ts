/** What a person uses: their last emojis, and the tone of skin. */

const recentKey = "pipit.emojis";
const toneKey = "pipit.emoji-tone";
const most = 24;

/** The newest first. */
export function readRecent(): string[] {
  const kept = localStorage.getItem(recentKey);
  return kept === null ? [] : kept.split(" ").filter(Boolean);
}

export function noteRecent(emoji: string): void {
  const others = readRecent().filter((one) => one !== emoji);
  localStorage.setItem(recentKey, [emoji, ...others].slice(0, most).join(" "));
}

/** From 1, light, to 5, dark; 0: none. */
export function readTone(): number {
  const tone = Number(localStorage.getItem(toneKey));
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? tone : 0;
}

export function saveTone(tone: number): void {
  localStorage.setItem(toneKey, String(tone));
}
