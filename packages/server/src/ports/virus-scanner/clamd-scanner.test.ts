/** The scanner keeps the port's contract with a clamd that behaves, and its head with one that does not. */
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createClamdScanner } from "./clamd-scanner.ts";
import { answerWholeFiles, beHonest, type Conduct, type FakeClamd, startFakeClamd } from "./fake-clamd.fixture.ts";
import { eicar, makeHarmless, streamForEver, streamInPieces, streamThatStalls } from "./files-to-scan.fixture.ts";
import { describeVirusScanner, failureOf } from "./virus-scanner-contract.fixture.ts";

describe.each(["tcp", "unix"] as const)("a fake clamd over %s", (kind) => {
  let clamd: FakeClamd;
  let away: FakeClamd;
  beforeAll(async () => {
    clamd = await startFakeClamd(beHonest(30_000_000), kind);
    away = await startFakeClamd(beHonest(0), kind);
    await away.close();
  });
  afterAll(async () => {
    await clamd.whenAllClosed();
    await clamd.close();
  });

  describeVirusScanner("clamd", {
    create: () => createClamdScanner({ url: clamd.url, timeoutMs: 20_000 }),
    createAway: () => createClamdScanner({ url: away.url, timeoutMs: 5_000 }),
  });
});

const patience = { timeoutMs: 600, idleTimeoutMs: 200 };

/** Starts a clamd that behaves in some way, and a scanner with little patience that asks it. */
async function setUp(conduct: Conduct) {
  const clamd = await startFakeClamd(conduct);
  onTestFinished(clamd.close);
  return { clamd, scanner: createClamdScanner({ url: clamd.url, ...patience }) };
}

const say = (text: string) => answerWholeFiles((socket) => socket.end(text));
const onFirstBytes = (act: (socket: Socket) => void): Conduct => {
  return (socket) => {
    socket.once("data", () => act(socket));
    socket.resume();
  };
};

/** Says a byte now and then, so that something always moves. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("x"), 50);
  socket.once("close", () => clearInterval(timer));
}

async function sayByteByByte(socket: Socket, text: string): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of Buffer.from(text)) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
  }
}

describe("a clamd that misbehaves never makes a file clean", () => {
  const conducts: [string, Conduct, string][] = [
    ["never answers", answerWholeFiles(() => {}), "unavailable"],
    ["never stops answering, slowly", answerWholeFiles(drip), "unavailable"],
    [
      "never stops answering, fast",
      answerWholeFiles((socket) => socket.write(Buffer.alloc(9_999, "x"))),
      "unavailable",
    ],
    ["answers at too great length", say(`stream: ${"x".repeat(5_000)} FOUND\0`), "unavailable"],
    ["hangs up instead of answering", answerWholeFiles((socket) => socket.end()), "unavailable"],
    ["hangs up in the middle of an answer", say("stream: OK"), "unavailable"],
    ["resets the connection instead of answering", answerWholeFiles((s) => s.resetAndDestroy()), "unavailable"],
    ["hangs up as soon as one connects", (socket) => socket.destroy(), "unavailable"],
    ["answers garbage", say("\u{1f426}\n\u0001 stream: OK\0"), "unavailable"],
    ["answers nothing but the end of an answer", say("\0stream: OK\0"), "unavailable"],
    ["answers what only begins like OK", say("stream: OKAY\0"), "unavailable"],
    ["names no virus", say("stream:  FOUND\0"), "unavailable"],
    ["answers as to another command", say("PONG\0"), "unavailable"],
    ["has an error of its own", say("stream: Can't allocate memory ERROR\0"), "unavailable"],
    ["has not looked into all of it", say("stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND\0"), "too_large"],
  ];

  it.each(conducts)("that %s: a file is not scanned, and body and connection are gone", async (_, conduct, code) => {
    const { clamd, scanner } = await setUp(conduct);
    const body = streamInPieces(makeHarmless(100_000), 10_000);
    expect(await failureOf(scanner.scan(body))).toBe(code);
    expect(body.destroyed).toBe(true);
    await clamd.whenAllClosed();
  });

  const interruptions: [string, Conduct][] = [
    ["says OK before it has all", onFirstBytes((socket) => socket.write("stream: OK\0"))],
    ["hangs up", onFirstBytes((socket) => socket.end())],
    ["dies", onFirstBytes((socket) => socket.resetAndDestroy())],
    ["stops reading", onFirstBytes((socket) => socket.pause())],
    ["never reads", (socket) => socket.pause()],
  ];

  it.each(interruptions)("that %s in the middle of a file: likewise", async (_, conduct) => {
    const { clamd, scanner } = await setUp(conduct);
    const { body, taken } = streamForEver(65_536);
    expect(await failureOf(scanner.scan(body))).toBe("unavailable");
    expect(body.destroyed).toBe(true);
    // What the kernel keeps for two sockets, and far less than what there would be without back-pressure.
    expect(taken()).toBeLessThan(32_000_000);
    await clamd.whenAllClosed();
  });

  it("that dies in the middle of a file and is back at once: it is unavailable, and the file not too large", async () => {
    const dieOnce = onFirstBytes((socket) => socket.resetAndDestroy());
    const conducts = [dieOnce];
    const { scanner } = await setUp((socket) => (conducts.shift() ?? beHonest(30_000_000))(socket));
    expect(await failureOf(scanner.scan(streamForEver(65_536).body))).toBe("unavailable");
    expect(conducts).toEqual([]);
  });

  it("that has a check wait, or answers it with something else: it is unavailable", async () => {
    const conducts: Conduct[] = [
      () => {},
      drip,
      onFirstBytes((socket) => socket.end("UNKNOWN COMMAND\0")),
      onFirstBytes((socket) => socket.end("PONG")),
      onFirstBytes((socket) => socket.end()),
    ];
    for (const conduct of conducts) {
      const { clamd, scanner } = await setUp(conduct);
      expect(await failureOf(scanner.check())).toBe("unavailable");
      await clamd.whenAllClosed();
    }
  });
});

describe("clamd", () => {
  it.each([
    ["stream: OK\0", { isClean: true }],
    [
      "stream: Win.Test.EICAR_HDB-1(44d88612:68) FOUND\0",
      { isClean: false, name: "Win.Test.EICAR_HDB-1(44d88612:68)" },
    ],
  ])("may answer byte by byte: %j", async (text, verdict) => {
    const { scanner } = await setUp(answerWholeFiles((socket) => void sayByteByByte(socket, text)));
    expect(await scanner.scan(streamInPieces(eicar, 10))).toEqual(verdict);
  });

  it("may name a virus before it has the whole file", async () => {
    const { scanner } = await setUp(onFirstBytes((socket) => socket.write("stream: Some.Virus FOUND\0")));
    const { body } = streamForEver(1_000);
    expect(await scanner.scan(body)).toEqual({ isClean: false, name: "Some.Virus" });
    expect(body.destroyed).toBe(true);
  });

  it("may think for longer than nothing may move while a file is sent", async () => {
    const { scanner } = await setUp(
      answerWholeFiles((socket) => void setTimeout(() => socket.end("stream: OK\0"), 1.5 * patience.idleTimeoutMs)),
    );
    expect(await scanner.scan(streamInPieces(eicar, 10))).toEqual({ isClean: true });
  });

  it("is not kept waiting for a body that stalls, however long a scan may take", async () => {
    const { clamd } = await setUp(beHonest(1_000_000));
    const scanner = createClamdScanner({ ...patience, url: clamd.url, timeoutMs: 600_000 });
    const body = streamThatStalls();
    expect(await failureOf(scanner.scan(body))).toBe("unavailable");
    expect(body.destroyed).toBe(true);
    await clamd.whenAllClosed();
  });
});
