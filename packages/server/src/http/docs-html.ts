/** The HTML of the documentation pages. All script and style comes from files: the pages' policy allows no other. */

import { protocolVersion } from "@pipit/protocol/documents/protocol-version";
import { events } from "@pipit/protocol/events";
import { operations } from "@pipit/protocol/operations";
import type { DocsAssetName } from "./docs-assets.ts";

/** Where an asset is to be found, by its name. */
export type Link = (name: DocsAssetName) => string;

export type Page = { title: string; styles: DocsAssetName[]; scripts: DocsAssetName[]; body: string };

export const landingPage: Page = {
  title: "Pipit documentation",
  styles: ["docs.css"],
  scripts: [],
  body: landing(),
};

export const restPage: Page = {
  title: "Pipit REST API",
  styles: ["docs.css", "rest.css"],
  scripts: ["without-eval.js", "scalar.js", "rest.js"],
  body: `${bar("rest")}<div id="reference"></div>${withoutScript("/openapi.json")}`,
};

export const eventsPage: Page = {
  title: "Pipit socket events",
  styles: ["docs.css", "asyncapi.css", "events.css"],
  scripts: ["without-eval.js", "asyncapi.js", "events.js"],
  body: `${bar("events")}<div id="reference" aria-busy="true"></div>${withoutScript("/asyncapi.json")}`,
};

/** The names of the assets that a page loads. */
export function assetsOf(page: Page): DocsAssetName[] {
  return ["icon.svg", ...page.styles, ...page.scripts];
}

export function renderPage({ title, styles, scripts, body }: Page, link: Link): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1">`,
    '<meta name="color-scheme" content="light dark">',
    `<link rel="icon" href="${link("icon.svg")}" type="image/svg+xml">`,
    ...styles.map((name) => `<link rel="stylesheet" href="${link(name)}">`),
    ...scripts.map((name) => `<script src="${link(name)}" defer></script>`),
    `</head><body>${body.replaceAll("{icon}", link("icon.svg"))}</body></html>`,
  ].join("\n");
}

function bar(here: "rest" | "events"): string {
  const item = (name: typeof here, label: string) =>
    `<a href="/docs/${name}"${name === here ? ' aria-current="page"' : ""}>${label}</a>`;
  return `<nav class="bar" aria-label="Documentation"><a class="home" href="/docs"><img src="{icon}" alt="" width="22" height="22">Pipit</a>${item("rest", "REST")}${item("events", "Events")}</nav>`;
}

function withoutScript(document: string): string {
  return `<noscript><p class="notice">This page is drawn by script. The same is in <a href="${document}">${document}</a>.</p></noscript>`;
}

function landing(): string {
  const counts = {
    rest: Object.values(operations).filter((operation) => "rest" in operation).length,
    emitted: Object.values(operations).filter((operation) => "socket" in operation).length,
    sent: Object.keys(events).length,
  };
  return `<main class="landing">
<header><img src="{icon}" alt="" width="56" height="56"><h1>Pipit</h1>
<p>Chat that you host yourself. Everything a client can ask for, and everything the server says.</p></header>
<div class="cards">
${card("/docs/rest", "REST API", `${counts.rest} operations over HTTP, to read and to try.`)}
${card("/docs/events", "Socket events", `${counts.emitted} events to emit, ${counts.sent} to listen to, over Socket.IO.`)}
</div>
<section><h2>A first message</h2>
<pre><code>curl ${"$PIPIT"}/api/v1/chat/rooms/${"$ROOM"}/messages \\
  -H "Authorization: Bearer ${"$TOKEN"}" \\
  -H "Content-Type: application/json" \\
  -d '{"content": "Hello"}'</code></pre></section>
<footer><p>For machines: <a href="/openapi.json">openapi.json</a> and <a href="/asyncapi.json">asyncapi.json</a>.
For operators: <a href="/healthz">health</a>, <a href="/readyz">readiness</a>, <a href="/metrics">metrics</a>.</p>
<p>Contract ${protocolVersion}</p></footer></main>`;
}

function card(href: string, title: string, text: string): string {
  return `<a class="card" href="${href}"><strong>${title}</strong><span>${text}</span></a>`;
}
