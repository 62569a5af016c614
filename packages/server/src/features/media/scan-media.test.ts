/** Media is pending until the virus scanner has found it clean, and removed when it has not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { once } from "../../../test/setup/listening.ts";
import { makeGroup, say, viewMessage } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { type FileToSend, note, upload } from "../../../test/setup/upload.ts";
import { answerWholeFiles, type FakeClamd, startFakeClamd } from "../../ports/virus-scanner/fake-clamd.fixture.ts";
import { eicar } from "../../ports/virus-scanner/files-to-scan.fixture.ts";
import { findClamd, type RealClamd, startRealClamd } from "../../ports/virus-scanner/real-clamd.fixture.ts";

const infected: FileToSend = { name: "invoice.txt", type: "text/plain", bytes: eicar };

function fetchAs(person: Person, url: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${person.token}` } });
}

describe("[D11] with a scanner", () => {
  let clamd: FakeClamd;
  let server: TestServer;
  let ada: Person;
  let bob: Person;
  let room: string;
  /** Lets the scanner answer what it has been asked. */
  let answer: () => void;
  let asked: Promise<void>;

  function expectQuestion(): void {
    asked = new Promise((resolve) => {
      answer = resolve;
    });
  }

  beforeAll(async () => {
    clamd = await startFakeClamd(
      answerWholeFiles((socket, file) => {
        const verdict = file.includes(eicar) ? "stream: Eicar-Test-Signature FOUND\0" : "stream: OK\0";
        void asked.then(() => socket.end(verdict));
      }),
    );
    server = await startTestServer({ clamdUrl: clamd.url });
    [ada, bob] = [await server.person("ada"), await server.person("bob")];
    room = await makeGroup(ada, ["bob"]);
  });
  afterAll(async () => {
    await server.close();
    await clamd.close();
  });

  it("nobody downloads a medium before it was found clean; then members are told", async () => {
    expectQuestion();
    const medium = await upload(ada, note);
    expect(medium.status).toBe("pending");
    const sent = await say(ada, room, "", { upload_id: medium.id });
    expect(sent.media).toMatchObject({ status: "pending" });
    for (const url of [medium.url, medium.signedUrl]) {
      const early = await fetchAs(bob, url);
      expect([early.status, early.headers.get("retry-after")]).toEqual([503, "2"]);
    }
    const told = once(await server.socket(bob), "message:edit:update");
    answer();
    expect(await told).toMatchObject({ id: sent.id, media: { status: "ready" } });
    expect((await fetchAs(bob, medium.url)).status).toBe(200);
    expect((await bob.rest.get(`/media/${medium.id}`)).body.data.status).toBe("ready");
  });

  it("what is infected is taken from everyone, and its message says that it was removed", async () => {
    expectQuestion();
    const medium = await upload(ada, infected);
    const sent = await say(ada, room, "", { upload_id: medium.id });
    const told = once(await server.socket(bob), "message:edit:update");
    answer();
    expect(await told).toMatchObject({ id: sent.id, is_media_removed: true });
    expect((await fetchAs(ada, medium.url)).status).toBe(404);
    expect(await viewMessage(bob, sent.id)).not.toHaveProperty("media");
  });
});

it("[G12] while the scanner is away, media stays pending", async () => {
  const clamd = await startFakeClamd((socket) => socket.destroy());
  const server = await startTestServer({ clamdUrl: clamd.url });
  const ada = await server.person("ada");
  const medium = await upload(ada, note);
  await clamd.whenAllClosed();
  expect((await fetchAs(ada, medium.url)).status).toBe(503);
  await server.close();
  await clamd.close();
});

const program = findClamd();

describe.skipIf(program === undefined)("with a real clamd (skipped when clamd is not installed)", () => {
  let clamd: RealClamd;
  let server: TestServer;

  beforeAll(async () => {
    clamd = await startRealClamd(program ?? "");
    server = await startTestServer({ clamdUrl: clamd.unixUrl });
  });
  afterAll(async () => {
    await server?.close();
    await clamd?.close();
  });

  it("EICAR is caught", async () => {
    const ada = await server.person("ada");
    const [bad, good] = [await upload(ada, infected), await upload(ada, note)];
    await expect.poll(async () => (await fetchAs(ada, good.url)).status, { timeout: 10_000 }).toBe(200);
    await expect.poll(async () => (await fetchAs(ada, bad.url)).status, { timeout: 10_000 }).toBe(404);
  });
});
