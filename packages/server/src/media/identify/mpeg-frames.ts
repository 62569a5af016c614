/** The frames of MP3 (ISO/IEC 11172-3, 2.4.1.3) and of AAC in ADTS (ISO/IEC 13818-7, 6.2). */

/** Kilobits a second by index, for MPEG 1 and for MPEG 2 and 2.5, of layers I, II and III. */
const bitRates = {
  mpeg1: [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  mpeg2: [
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
} as const;

const sampleRates = [44_100, 48_000, 32_000];

/** The length of the MP3 frame that begins with these bytes, its header included; undefined if none does. */
export function lengthOfMp3Frame(header: Buffer): number | undefined {
  const [sync = 0, second = 0, third = 0] = header;
  if (sync !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const version = (second >> 3) & 3;
  const layer = 4 - ((second >> 1) & 3);
  if (version === 1 || layer === 4) return undefined;
  const rates = (version === 3 ? bitRates.mpeg1 : bitRates.mpeg2)[layer - 1];
  const kilobits = rates?.[(third >> 4) - 1];
  const rate = sampleRates[(third >> 2) & 3];
  if (kilobits === undefined || rate === undefined) return undefined;
  const hertz = rate / ([4, 1, 2, 1][version] ?? 1);
  const padding = (third >> 1) & 1;
  if (layer === 1) return (Math.floor((12_000 * kilobits) / hertz) + padding) * 4;
  const isHalf = layer === 3 && version !== 3;
  return Math.floor(((isHalf ? 72_000 : 144_000) * kilobits) / hertz) + padding;
}

/** The length of the AAC frame that begins with these bytes, its header included; undefined if none does. */
export function lengthOfAdtsFrame(header: Buffer): number | undefined {
  const [sync = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = header;
  if (sync !== 0xff || (second & 0xf6) !== 0xf0) return undefined;
  const rateIndex = (third >> 2) & 15;
  const length = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  return rateIndex > 12 || length < 7 ? undefined : length;
}
