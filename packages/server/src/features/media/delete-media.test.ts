/** Uploads that their owners give up before they are media. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMediaFolders, listFiles, type MediaFolders } from "../../../test/setup/stored-files.ts";
import { codeOf } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { confirmUpload, note, putFile, requestUpload, uploadOnly } from "../../../test/setup/upload.ts";
import { patch } from "../../ports/media-store/send-upload.fixture.ts";

let folders: MediaFolders;
let server: TestServer;
let ada: Person;

beforeEach(async () => {
  folders = await createMediaFolders();
  server = await startTestServer({
    dataDir: folders.dataDir,
    mediaUrl: `file://${folders.root}`,
    quotaUserBytes: note.bytes.length,
  });
  ada = await server.person("ada");
});
afterEach(async () => {
  await server.close();
  await folders.remove();
});

const giveUp = async (person: Person, id: string): Promise<string> => codeOf(await person.rest.delete(`/media/${id}`));
const used = async (): Promise<number> => (await ada.rest.get("/media/usage")).body.data.used;

describe("[D10] an upload that is given up before it is confirmed", () => {
  it("gives its space back at once, and nothing can be sent to it or made of it any more", async () => {
    const ticket = await uploadOnly(ada);
    expect(codeOf(await ada.rest.post("/media/upload-url", claim))).toBe("storage_full");
    expect(await giveUp(ada, ticket.uploadId)).toBe("ok");
    expect(await used()).toBe(0);
    expect((await putFile(ticket, note)).status).toBe(410);
    expect(["gone", "not_found"]).toContain(codeOf(await confirmUpload(ada, ticket.fileKey, note)));
    await expect.poll(() => listFiles(folders.root)).toEqual([]);
    expect(await giveUp(ada, ticket.uploadId)).toBe("not_found");
    expect(codeOf(await ada.rest.post("/media/upload-url", claim))).toBe("ok");
  });

  it("leaves none of its pieces", async () => {
    const { uploadId, resumable } = await requestUpload(ada, note, { resumable: true });
    const url = resumable?.protocol === "tus" ? resumable.url : "";
    expect((await patch(url, 0, note.bytes.subarray(0, 5))).status).toBe(204);
    expect(await giveUp(ada, uploadId)).toBe("ok");
    await expect.poll(() => listFiles(folders.root)).toEqual([]);
    expect((await patch(url, 5, note.bytes.subarray(5))).status).toBe(410);
  });

  it("[G9] is not there for anybody else", async () => {
    const { uploadId, fileKey } = await uploadOnly(ada);
    const others = [await server.person("bob"), await server.person("ada", "elsewhere")];
    for (const other of others) expect(await giveUp(other, uploadId)).toBe("not_found");
    expect(codeOf(await confirmUpload(ada, fileKey, note))).toBe("ok");
  });

  it("while it is being confirmed is a medium that is removed, or none: either way its space is free", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { uploadId, fileKey } = await uploadOnly(ada);
      const [confirmed, given] = await Promise.all([confirmUpload(ada, fileKey, note), giveUp(ada, uploadId)]);
      expect(["ok", "conflict", "gone", "not_found"]).toContain(codeOf(confirmed));
      expect(given).toBe("ok");
      expect(await used()).toBe(0);
    }
    await expect.poll(() => listFiles(folders.root)).toEqual([]);
  });
});

const claim = { fileName: note.name, fileType: note.type, fileSize: note.bytes.length };
