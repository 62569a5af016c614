/** A short sound, made here: nothing has to be loaded for it. */

const volume = 0.08;
const notes = [
  { frequency: 880, at: 0 },
  { frequency: 1174.7, at: 0.09 },
];
/** However many messages come at once. */
const restMs = 1_500;

let context: AudioContext | undefined;

/** Nothing is heard before somebody has used the page: browsers see to that. Of several tabs, one is heard. */
export function playTone(): void {
  if (!("AudioContext" in globalThis) || navigator.userActivation?.hasBeenActive === false) return;
  void navigator.locks?.request("pipit-tone", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    ringAll();
    await new Promise((resolve) => setTimeout(resolve, restMs));
  });
}

function ringAll(): void {
  context ??= new AudioContext();
  for (const { frequency, at } of notes) ring(context, frequency, context.currentTime + at);
}

function ring(audio: AudioContext, frequency: number, at: number): void {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.3);
}
