/** Prints the settings: what there is to set, or what is in force. */
import type { Config } from "../config.ts";
import { renderDefault, type SettingName, settings } from "../config-table.ts";

/** Every variable with what it means and its default, a line each. */
export function describeSettings(): string {
  return Object.values(settings)
    .map((entry) => {
      const fallback = renderDefault(entry.schema).replaceAll("`", "");
      return `  ${entry.env.padEnd(28)}${entry.about}${fallback === "" ? "" : ` [${fallback}]`}`;
    })
    .join("\n");
}

/** Prints the values in force; secrets only as set or not set. */
export function checkConfig(config: Config): void {
  const lines = (Object.keys(settings) as SettingName[]).map((name) => `${settings[name].env}=${show(config, name)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function show(config: Config, name: SettingName): string {
  const value = config[name];
  if (settings[name].secret === true) return value === undefined ? "" : "(set)";
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === null) return "off";
  if (typeof value === "object" && "points" in value) return `${value.points}/${value.seconds}`;
  return String(value);
}
