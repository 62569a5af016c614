/** Confirming means checking: what is kept is what was promised, measured by the server. */

import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MediaSite, openDiskSite } from "../../../test/setup/media-sites.ts";
import { codeOf, makeGroup, say } from "../../../test/setup/talk.ts";
import type { Person, TestServer } from "../../../test/setup/test-server.ts";
import {
  confirmUpload,
  type FileToSend,
  note,
  putFile,
  requestUpload,
  toClaim,
  upload,
  uploadOnly,
} from "../../../test/setup/upload.ts";

let site: MediaSite;
let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  site = await openDiskSite();
  server = site.server;
  [ada, bob] = [await server.person("ada"), await server.person("bob")];
});
afterAll(() => site.close());

function fetchAs(person: Person, url: string): Promise<Response> {
  return fetch(url, { headers: { authorization: `Bearer ${person.token}` } });
}

async function usedBy(person: Person): Promise<number> {
  return (await person.rest.get("/media/usage")).body.data.used;
}

function makePicture(orientation?: number): Promise<Buffer> {
  const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: "#aa3311" } }).jpeg();
  const located = picture.withExif({ IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 12/1" } });
  return (orientation === undefined ? located : located.withMetadata({ orientation })).toBuffer();
}

describe("[D2] confirming an upload", () => {
  it("twice, and at once, gives one medium", async () => {
    const { fileKey } = await uploadOnly(ada);
    const replies = await Promise.all([1, 2, 3].map(() => confirmUpload(ada, fileKey, note)));
    replies.push(await confirmUpload(ada, fileKey, note));
    const known = replies.map(({ body: { data } }) => [data.id, data.url, data.size, data.createdAt]);
    expect(new Set(known.map((entry) => JSON.stringify(entry))).size).toBe(1);
  });

  it("[D4] measures by itself, whatever the client says", async () => {
    const file: FileToSend = { name: "a.jpg", type: "image/jpeg", bytes: await makePicture(6) };
    const { fileKey } = await uploadOnly(ada, file);
    const claim = { fileKey, ...toClaim(file), width: 9999, height: 1, duration: 77 };
    const { data } = (await ada.rest.post("/media/confirm", claim)).body;
    expect(data).toMatchObject({ width: 40, height: 60, orientation: 6, fileKey });
    expect(data).not.toHaveProperty("duration");
  });

  it("[D5] strips places from what others get, and keeps the orientation", async () => {
    const file: FileToSend = { name: "a.jpg", type: "image/jpeg", bytes: await makePicture(6) };
    expect((await sharp(file.bytes).metadata()).exif?.includes("GPS") || file.bytes.includes("Exif")).toBe(true);
    const medium = await upload(ada, file);
    await say(ada, await makeGroup(ada, ["bob"]), "", { upload_id: medium.id });
    const bytes = Buffer.from(await (await fetchAs(bob, medium.url)).arrayBuffer());
    const { orientation, exif } = await sharp(bytes).metadata();
    expect([orientation, bytes.length]).toEqual([6, medium.size]);
    // A GPS directory is pointed to by tag 0x8825, in either byte order.
    expect(exif?.includes(Buffer.from([0x88, 0x25])) || exif?.includes(Buffer.from([0x25, 0x88]))).toBe(false);
  });

  const lies: Record<string, { file: FileToSend; claim?: object; code: string }> = {
    "bytes of another type": {
      file: { name: "a.png", type: "image/png", bytes: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") },
      code: "unsupported_type",
    },
    "another type than was promised": { file: note, claim: { fileType: "image/png" }, code: "unsupported_type" },
    "more bytes than were promised": { file: note, claim: { fileSize: 13 }, code: "too_large" },
    "fewer bytes than were promised": { file: note, claim: { fileSize: 11 }, code: "conflict" },
  };

  for (const [name, { file, claim = {}, code }] of Object.entries(lies)) {
    it(`refuses ${name}, and removes the object`, async () => {
      const before = await usedBy(ada);
      const { fileKey, uploadId } = await uploadOnly(ada, file);
      const reply = await ada.rest.post("/media/confirm", { fileKey, ...toClaim(file), ...claim });
      expect(codeOf(reply)).toBe(code);
      expect(codeOf(await confirmUpload(ada, fileKey, file))).toMatch(/gone|not_found/);
      await expect.poll(() => site.keysOf(uploadId)).toEqual([]);
      expect(await usedBy(ada)).toBe(before);
    });
  }

  it("refuses what has not been uploaded, which may still come", async () => {
    const ticket = await requestUpload(ada, note);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("conflict");
    await putFile(ticket, note);
    expect(codeOf(await confirmUpload(ada, ticket.fileKey, note))).toBe("ok");
  });

  it("[G9] knows nobody else's uploads, nor keys that lead elsewhere", async () => {
    const { fileKey } = await uploadOnly(ada);
    expect(codeOf(await confirmUpload(bob, fileKey, note))).toBe("not_found");
    const twin = await server.person("ada", "elsewhere");
    expect(codeOf(await confirmUpload(twin, fileKey, note))).toBe("not_found");
    const prefix = fileKey.slice(0, -36);
    for (const key of [
      "../secrets.json",
      `${prefix}../../secrets.json`,
      `${fileKey}/..`,
      "/etc/passwd",
      fileKey.toUpperCase(),
    ]) {
      expect(codeOf(await confirmUpload(ada, key, note)), key).toBe("not_found");
    }
    expect(codeOf(await confirmUpload(ada, fileKey, note))).toBe("ok");
  });

  it("gives files harmless names", async () => {
    const names: Record<string, string> = {
      "../../etc/passwd": "passwd.txt",
      "C:\\\\temp\\\\evil.html": "evil.html.txt",
      "invoice\u202Etxt.exe": "invoicetxt.exe.txt",
      "   ..  ": "file.txt",
      'a"b<c>|?.txt': "abc.txt",
      "père\u0301 Noël.TXT": "pèré Noël.TXT",
      "CON\r\nSet-Cookie: x": "CONSet-Cookie x.txt",
    };
    for (const [name, expected] of Object.entries(names)) {
      expect((await upload(ada, { ...note, name })).fileName, name).toBe(expected.normalize("NFC"));
    }
    expect(codeOf(await ada.rest.post("/media/upload-url", { ...toClaim(note), fileName: "x".repeat(4_000) }))).toBe(
      "invalid_request",
    );
    expect(codeOf(await ada.rest.post("/media/upload-url", { ...toClaim(note), fileName: "a\0b.txt" }))).toBe(
      "invalid_request",
    );
  });
});

describe("asking for an upload", () => {
  const refusals: [object, string][] = [
    [{ fileType: "image/svg+xml" }, "unsupported_type"],
    [{ fileType: "text/html" }, "unsupported_type"],
    [{ fileType: "nonsense" }, "unsupported_type"],
    [{ fileType: "" }, "unsupported_type"],
    [{ fileType: "text/plain;\r\nx-evil: 1" }, "unsupported_type"],
    [{ fileType: "application/vnd.ms-excel", fileName: "table.csv" }, "ok"],
    [{ fileSize: 0 }, "invalid_request"],
    [{ fileSize: 104_857_601 }, "too_large"],
    [{ fileSize: 1.5 }, "invalid_request"],
    [{ messageType: "image" }, "unsupported_type"],
    [{ messageType: "document" }, "ok"],
  ];

  for (const [given, code] of refusals) {
    it(`with ${JSON.stringify(given)}: ${code}`, async () => {
      expect(codeOf(await ada.rest.post("/media/upload-url", { ...toClaim(note), ...given }))).toBe(code);
    });
  }

  it("takes names of types as browsers give them", async () => {
    for (const fileType of ["text/plain;charset=utf-8", "TEXT/PLAIN", "text/plain; charset=UTF-8"]) {
      expect((await upload(ada, { ...note, type: fileType })).type).toBe("text/plain");
    }
  });
});
