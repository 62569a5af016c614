/** Folds sound of unknown length into a few peaks while it streams by. */

const peakCount = 64;
// Enough that the peaks' borders are no further off than half a percent of the whole.
const maxBins = 4096;
const fullScale = 32_768;
// Coders leave a trace of noise in silence: 60 dB below full scale.
const silence = fullScale / 1000;

/** Takes mono samples as 16-bit integers, little-endian, in pieces cut anywhere. Memory does not grow with the length. */
export class PeakFolder {
  readonly #bins = new Uint16Array(maxBins);
  #filled = 0;
  #samplesPerBin = 1;
  #inBin = 0;
  #peak = 0;
  #half: number | undefined;
  #samples = 0;

  /** How many samples have come. */
  get samples(): number {
    return this.#samples;
  }

  add(chunk: Buffer): void {
    const bytes = this.#half === undefined ? chunk : Buffer.concat([Buffer.of(this.#half), chunk]);
    const end = bytes.length - (bytes.length % 2);
    for (let at = 0; at < end; at += 2) this.#addSample(Math.abs(bytes.readInt16LE(at)));
    this.#half = end === bytes.length ? undefined : bytes[end];
  }

  /** 64 peaks from 0 to 100, the loudest being 100, or all of them 0 for silence; null if there was no sound at all. */
  toWaveform(): number[] | null {
    if (this.#samples === 0) return null;
    const bins = [...this.#bins.subarray(0, this.#filled), ...(this.#inBin > 0 ? [this.#peak] : [])];
    const peaks = Array.from({ length: peakCount }, (_, n) => {
      const from = Math.floor((n * bins.length) / peakCount);
      return Math.max(...bins.slice(from, Math.max(from + 1, Math.floor(((n + 1) * bins.length) / peakCount))));
    });
    const loudest = Math.max(...peaks);
    return peaks.map((peak) => (loudest < silence ? 0 : Math.round((peak * 100) / loudest)));
  }

  #addSample(loudness: number): void {
    this.#samples += 1;
    this.#peak = Math.max(this.#peak, loudness);
    this.#inBin += 1;
    if (this.#inBin < this.#samplesPerBin) return;
    this.#bins[this.#filled] = this.#peak;
    this.#filled += 1;
    this.#inBin = 0;
    this.#peak = 0;
    if (this.#filled === maxBins) this.#fold();
  }

  #fold(): void {
    for (let n = 0; n < maxBins / 2; n += 1) {
      this.#bins[n] = Math.max(this.#bins[2 * n] ?? 0, this.#bins[2 * n + 1] ?? 0);
    }
    this.#filled = maxBins / 2;
    this.#samplesPerBin *= 2;
  }
}
