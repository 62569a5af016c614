/** Which addresses of clamd are understood, and what is said of the others. */
import { expect, it } from "vitest";
import { parseClamdUrl } from "./clamd-url.ts";

it.each([
  ["tcp://127.0.0.1:3310", { host: "127.0.0.1", port: 3310 }],
  ["tcp://clamd.internal:3310/", { host: "clamd.internal", port: 3310 }],
  ["tcp://[::1]:65535", { host: "::1", port: 65_535 }],
  ["unix:/run/clamav/clamd.ctl", { path: "/run/clamav/clamd.ctl" }],
  ["unix:///run/clamav/clamd.ctl", { path: "/run/clamav/clamd.ctl" }],
  [`unix:/${"a".repeat(106)}`, { path: `/${"a".repeat(106)}` }],
])("%s is understood", (url, address) => {
  expect(parseClamdUrl(url)).toEqual(address);
});

it.each([
  ["", /must be like tcp:/],
  ["127.0.0.1:3310", /must be like tcp:/],
  ["http://127.0.0.1:3310", /must be like tcp:/],
  ["tcp://", /must be like tcp:/],
  ["tcp://:3310", /must be like tcp:/],
  ["tcp://clamd:70000", /must be like tcp:/],
  ["tcp://a host:3310", /must be like tcp:/],
  ["tcp://clamd", /port is missing/],
  ["tcp://clamd:0", /port is missing/],
  ["tcp://user:secret@clamd:3310", /only a host and a port/],
  ["tcp://clamd:3310/path", /only a host and a port/],
  ["tcp://clamd:3310?x=1", /only a host and a port/],
  ["unix:", /path must be absolute/],
  ["unix:/", /path must be absolute/],
  ["unix:run/clamd.ctl", /path must be absolute/],
  ["unix://run/clamd.ctl", /path must be absolute/],
  ["unix:/run/clamd/", /path must be absolute/],
  ["unix:/run/\0clamd", /path must be absolute/],
  [`unix:/${"a".repeat(107)}`, /at most 107 bytes/],
])("%j is refused with advice, and the advice does not repeat it", (url, advice) => {
  expect(() => parseClamdUrl(url)).toThrow(advice);
  expect(() => parseClamdUrl(url)).not.toThrow(/secret/);
});
