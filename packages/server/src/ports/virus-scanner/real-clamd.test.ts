/** The scanner keeps the port's contract with a real clamd, where one is installed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClamdScanner } from "./clamd-scanner.ts";
import { makeHarmless, streamInPieces } from "./files-to-scan.fixture.ts";
import { findClamd, type RealClamd, startRealClamd } from "./real-clamd.fixture.ts";
import { describeVirusScanner, failureOf } from "./virus-scanner-contract.fixture.ts";

const program = findClamd();
const title = program === undefined ? "a real clamd (skipped: clamd is not installed)" : "a real clamd";

describe.skipIf(program === undefined)(title, () => {
  let clamd: RealClamd | undefined;
  const scannerAt = (kind: "unixUrl" | "tcpUrl") => {
    if (clamd === undefined) throw new Error("clamd does not run");
    return createClamdScanner({ url: clamd[kind], timeoutMs: 20_000 });
  };

  beforeAll(async () => {
    if (program !== undefined) clamd = await startRealClamd(program);
  });
  afterAll(async () => await clamd?.close());

  describeVirusScanner("clamd over a unix socket", {
    create: () => scannerAt("unixUrl"),
    createAway: () => createClamdScanner({ url: "unix:/nonexistent/clamd.ctl", timeoutMs: 5_000 }),
  });

  describeVirusScanner("clamd over TCP", {
    create: () => scannerAt("tcpUrl"),
    createAway: () => createClamdScanner({ url: "tcp://127.0.0.1:1", timeoutMs: 5_000 }),
  });

  it("a file that clamd takes but does not look into, for its size, is too large", async () => {
    const body = streamInPieces(makeHarmless(27_000_000), 65_536);
    expect(await failureOf(scannerAt("unixUrl").scan(body))).toBe("too_large");
  });
});
