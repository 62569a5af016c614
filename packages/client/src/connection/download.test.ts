/** Bytes that are had with a token. */
import { expect, it, vi } from "vitest";
import { findEnvironment } from "../environment.ts";
import { createDownload } from "./download.ts";
import { createTokenSource } from "./token-source.ts";

type Ask = (url: string, init: { headers: Record<string, string>; signal?: AbortSignal }) => Promise<Response>;

function createSite(ask: Ask, baseUrl = "https://chat.example/api") {
  const tokenProvider = vi.fn(() => `token-${tokenProvider.mock.calls.length}`);
  const onLoggedOut = vi.fn();
  const fetched = vi.fn(ask);
  const download = createDownload({
    env: { ...findEnvironment(), fetch: fetched as unknown as typeof fetch },
    baseUrl,
    deviceId: () => "d",
    tokens: createTokenSource({ tokenProvider }, () => 0),
    isOver: () => false,
    onLoggedOut,
  });
  return { download, fetched, onLoggedOut };
}

const failure = (status: number, body: object) => Response.json({ success: false, ...body }, { status });

it("asks the server with the token, and replaces one that was refused, once", async () => {
  const { download, fetched } = createSite(async (_url, { headers }) =>
    headers.authorization === "Bearer token-2" ? new Response("bytes") : failure(401, { code: "unauthenticated" }),
  );
  expect(await (await download("/media/1/file")).text()).toBe("bytes");
  expect(fetched.mock.calls.map(([url, { headers }]) => [url, headers.authorization])).toEqual([
    ["https://chat.example/api/media/1/file", "Bearer token-1"],
    ["https://chat.example/api/media/1/file", "Bearer token-2"],
  ]);
});

it("gives the token to no other server, whatever path it is given", async () => {
  const { download, fetched } = createSite(async () => new Response("bytes"), "https://chat.example");
  for (const path of [".evil.example/x", "@evil.example/x", ":81/x", "//evil.example/x", "https://evil.example/x"]) {
    await download(path);
  }
  expect(new Set(fetched.mock.calls.map(([url]) => new URL(url).host))).toEqual(new Set(["chat.example"]));
});

it("fails with what the server says, and says so when the device was logged out", async () => {
  const gone = createSite(async () => failure(404, { code: "not_found" }));
  await expect(gone.download("/x")).rejects.toMatchObject({ code: "not_found", retryable: false });
  const out = createSite(async () =>
    failure(401, { code: "unauthenticated", details: { reason: "device_logged_out" } }),
  );
  await expect(out.download("/x")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(out.onLoggedOut).toHaveBeenCalledTimes(1);
});

it("may be tried again when the server could not be reached, or something else has answered", async () => {
  const away = createSite(async () => Promise.reject(new TypeError("failed to fetch")));
  await expect(away.download("/x")).rejects.toMatchObject({ code: "network", retryable: true });
  const proxy = createSite(async () => new Response("<html>", { status: 502 }));
  await expect(proxy.download("/x")).rejects.toMatchObject({ code: "unavailable", retryable: true });
});

it("ends with its signal", async () => {
  const { download } = createSite((_url, { signal }) => Promise.reject(signal?.reason));
  await expect(download("/x", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
});
