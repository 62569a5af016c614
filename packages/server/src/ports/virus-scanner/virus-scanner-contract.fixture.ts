/** What every adapter of the port `VirusScanner` must do (virus-scanner.ts). */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { AppError } from "../../app-error.ts";
import {
  eicar,
  makeHarmless,
  streamForEver,
  streamInPieces,
  streamThatBreaks,
  streamThatStalls,
} from "./files-to-scan.fixture.ts";
import type { VirusScanner } from "./virus-scanner.ts";

/** The scanner knows EICAR, anywhere in a file, and takes files of 20 MB, but not of 40 MB. */
export type ScannerAdapter = {
  /** A scanner that works. */
  create(): VirusScanner;
  /** A scanner that is not there. */
  createAway(): VirusScanner;
};

/** Runs the contract on an adapter. */
export function describeVirusScanner(name: string, adapter: ScannerAdapter): void {
  describe(`virus scanner: ${name}`, () => {
    for (const [title, check] of Object.entries(rules)) it(title, () => check(adapter));
  });
}

/** The code that a scan or a check fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    (value) => new Error(`did not fail, but gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error.code;
}

const found = { isClean: false, name: expect.stringMatching(/eicar/i) };
const large = 20_000_000;

const rules: Record<string, (adapter: ScannerAdapter) => Promise<void>> = {
  "finds EICAR, however the file is cut": async ({ create }) => {
    for (const pieceBytes of [1, 7, 68]) expect(await create().scan(streamInPieces(eicar, pieceBytes))).toEqual(found);
  },

  "finds EICAR at the end of a large file, in one piece or in many": async ({ create }) => {
    const bytes = Buffer.concat([makeHarmless(large), eicar]);
    for (const pieceBytes of [bytes.length, 65_536, 9_999]) {
      const body = streamInPieces(bytes, pieceBytes);
      expect(await create().scan(body)).toEqual(found);
      expect(body.destroyed).toBe(true);
    }
  },

  "passes a clean file of 20 MB": async ({ create }) => {
    const body = streamInPieces(makeHarmless(large), 65_536);
    expect(await create().scan(body)).toEqual({ isClean: true });
    expect([body.readableEnded, body.destroyed]).toEqual([true, true]);
  },

  "passes an empty file; empty pieces and text do not end a file early": async ({ create }) => {
    expect(await create().scan(Readable.from([]))).toEqual({ isClean: true });
    const pieces = ["été", Buffer.alloc(0), "", eicar];
    expect(await create().scan(Readable.from(pieces))).toEqual(found);
  },

  "refuses a file that is too large for it, and destroys the body": async ({ create }) => {
    const { body, taken } = streamForEver(65_536);
    expect(await failureOf(create().scan(body))).toBe("too_large");
    expect(body.destroyed).toBe(true);
    expect(taken()).toBeGreaterThan(large);
  },

  "keeps scans apart that run at the same time": async ({ create }) => {
    const scanner = create();
    const files = Array.from({ length: 12 }, (_, n) => (n % 3 === 0 ? eicar : makeHarmless(n * 10_000)));
    const verdicts = await Promise.all(files.map((file) => scanner.scan(streamInPieces(file, 1_000))));
    expect(verdicts.map(({ isClean }) => isClean)).toEqual(files.map((file) => file !== eicar));
  },

  "gives no verdict on a file that broke off, but the body's own error": async ({ create }) => {
    const error = new AppError("unavailable", { message: "the store is away" });
    await expect(create().scan(streamThatBreaks(error))).rejects.toBe(error);
    await expect(create().scan(streamThatBreaks(undefined))).rejects.toThrow(/premature/i);
    const broken = streamThatStalls();
    const scanned = create().scan(broken);
    broken.destroy(error);
    await expect(scanned).rejects.toBe(error);
  },

  "takes no body that was read from before": async ({ create }) => {
    const body = streamInPieces(Buffer.concat([eicar, eicar]), eicar.length);
    for await (const _ of body.iterator({ destroyOnReturn: false })) break;
    await expect(create().scan(body)).rejects.toThrow(/has been read from/);
    body.destroy();
  },

  "is checked": async ({ create }) => {
    await expect(create().check()).resolves.toBeUndefined();
  },

  "says `unavailable` when it is not there, and destroys the body": async ({ createAway }) => {
    expect(await failureOf(createAway().check())).toBe("unavailable");
    const body = streamThatStalls();
    expect(await failureOf(createAway().scan(body))).toBe("unavailable");
    expect(body.destroyed).toBe(true);
  },
};
