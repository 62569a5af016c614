/** The paths at the server's root, beside the operations. */
import type { OpenApiOperation } from "./open-api-operation.ts";

/** Public paths, all of them GET. */
export function sitePaths(tag: string): Record<string, Record<string, OpenApiOperation>> {
  return Object.fromEntries(
    pages.map(({ path, summary, type, refusal }) => [
      path,
      {
        get: {
          operationId: `server${path.replace(/[/.]/g, ".")}`,
          tags: [tag],
          summary,
          description: `${summary}.`,
          security: [],
          responses: {
            "200": { description: summary, content: { [type]: {} } },
            ...(refusal ? { "503": { description: refusal, content: { [type]: {} } } } : {}),
          },
        },
      },
    ]),
  );
}

type Page = { path: string; summary: string; type: string; refusal?: string };

const json = "application/json";

const pages: Page[] = [
  { path: "/openapi.json", summary: "This document", type: json },
  { path: "/asyncapi.json", summary: "The socket door as an AsyncAPI document", type: json },
  { path: "/docs", summary: "Both documents, to read", type: "text/html" },
  { path: "/healthz", summary: "Whether the process is alive", type: json },
  {
    path: "/readyz",
    summary: "Whether the server can do its work",
    type: json,
    refusal: "Not now: the database is away, not up to date, or the server is about to stop.",
  },
  { path: "/metrics", summary: "The server's figures, for Prometheus", type: "text/plain" },
];
