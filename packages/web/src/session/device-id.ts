/** This installation, as the server knows it: one for each user of the browser. */
import { version } from "../../package.json" with { type: "json" };

export { version };

export function findDeviceId(userId: string): string {
  const key = `pipit.device.${userId}`;
  const known = localStorage.getItem(key);
  if (known) return known;
  const made = crypto.randomUUID();
  localStorage.setItem(key, made);
  return made;
}

/** After a log-out: the next sign-in is another device. */
export function forgetDeviceId(userId: string): void {
  localStorage.removeItem(`pipit.device.${userId}`);
}

/** What a person recognises their device by, in the list of them. */
export function describeDevice(): { name: string; type: "mobile" | "desktop"; platform: string; appVersion: string } {
  const { userAgent } = navigator;
  const browser = /Edg|OPR|Firefox|Chrome|Safari/.exec(userAgent)?.[0] ?? "Browser";
  const system = /Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux/.exec(userAgent)?.[0] ?? "";
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS", CrOS: "ChromeOS" };
  const type = /Mobi|Android|iPhone/.test(userAgent) ? "mobile" : "desktop";
  const words = [names[browser] ?? browser, names[system] ?? system].filter(Boolean);
  return { name: words.join(" · "), type, platform: "web", appVersion: version };
}
