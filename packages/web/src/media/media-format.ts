/** Sizes, lengths and names of media, as people read them. */

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** 3 kB, 1.2 MB. @param language a BCP 47 tag */
export function formatBytes(bytes: number, language: string): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = units[step] ?? "byte";
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(bytes / 1000 ** step);
}

/** 0:07, 12:30, 1:02:03. */
export function formatDuration(ms: number, language: string): string {
  const whole = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const plain = new Intl.NumberFormat(language, { useGrouping: false });
  const padded = new Intl.NumberFormat(language, { useGrouping: false, minimumIntegerDigits: 2 });
  const parts = hours > 0 ? [plain.format(hours), padded.format(minutes)] : [plain.format(minutes)];
  return [...parts, padded.format(seconds)].join(":");
}

/** A name without the characters that turn the order of letters round: `exe.gnp` is not to look like `png.exe`. */
export function cleanFileName(name: string): string {
  return name.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|\p{Cc}/gu, "");
}

/** `PDF`, `DOCX`; empty where the name has none. */
export function toExtension(name: string): string {
  const found = /\.([\p{L}\p{N}]{1,8})$/u.exec(name.trim());
  return found?.[1]?.toUpperCase() ?? "";
}
