/** A number of bytes, in words. */

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** "12.4 MB" in a language. */
export function sayBytes(bytes: number, language: string): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = units[step] ?? "byte";
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(bytes / 1000 ** step);
}
