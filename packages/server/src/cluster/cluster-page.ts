/** The page that shows a cluster's nodes. Plain HTML, without scripts. */
import { createHash } from "node:crypto";
import type { ClusterView, NodeView } from "./cluster-view.ts";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; margin-bottom: .5rem; }
th, td { text-align: left; padding: .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
form { margin: 0; }
button { font: inherit; padding: .25rem .75rem; min-height: 2rem; }
th, td { white-space: nowrap; }
.wide { overflow-x: auto; }
.state::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .5em; border-radius: 50%; }
.state::before { background: light-dark(#b3261e, #f2b8b5); }
.ready::before { background: light-dark(#146c2e, #6dd58c); }
.starting::before, .draining::before { background: light-dark(#8a5000, #ffb95c); }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const refreshSeconds = 2;

/** @param isStill whether the page stays as it is, for those whom a page that changes disturbs */
export function renderPage(view: ClusterView, isStill: boolean): string {
  const refresh = isStill ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`;
  const toggle = isStill
    ? `<a href="/cluster">Refresh every ${refreshSeconds} seconds</a>`
    : `This page refreshes every ${refreshSeconds} seconds. <a href="/cluster?still">Stop that</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}<title>Pipit: ${countReady(view)} of ${view.nodes.length} nodes ready</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Pipit: the cluster</h1>
<p role="status">${countReady(view)} of ${view.nodes.length} nodes are ready.${view.is_rolling ? " A restart is under way." : ""}</p>
<div class="wide" tabindex="0" role="region" aria-label="Nodes">
<table>
<caption>Nodes</caption>
<thead><tr><th scope="col">Node</th><th scope="col">State</th>${[
    "Process",
    "Port",
    "WebSockets",
    "Memory",
    "Up",
    "Restarts",
  ]
    .map((name) => `<th scope="col" class="number">${name}</th>`)
    .join("")}<th scope="col">Action</th></tr></thead>
<tbody>
${view.nodes.map((node) => renderNode(node, view.is_rolling)).join("\n")}
</tbody>
</table>
</div>
<form method="post" action="/cluster/restart"><button${view.is_rolling ? " disabled" : ""}>Restart all, one after the other</button></form>
<p>${toggle} · <a href="/cluster.json">The same as JSON</a> · <a href="/">Open Pipit</a></p>
</main>
</body>
</html>
`;
}

function renderNode(node: NodeView, isRolling: boolean): string {
  const memory = node.memory_bytes === null ? "–" : `${Math.round(node.memory_bytes / 1024 ** 2)} MB`;
  const numbers = [
    node.pid ?? "–",
    node.port ?? "–",
    node.sockets,
    memory,
    toDuration(node.uptime_seconds),
    node.restarts,
  ];
  const cells = numbers.map((value) => `<td class="number">${value}</td>`).join("");
  const button = `<button aria-label="Drain and restart ${node.name}"${isRolling ? " disabled" : ""}>Drain and restart</button>`;
  const form = `<form method="post" action="/cluster/restart?node=${node.name}">${button}</form>`;
  const state = `<td><span class="state ${node.state.replace(" ", "-")}">${node.state}</span></td>`;
  return `<tr><th scope="row">${node.name}</th>${state}${cells}<td>${form}</td></tr>`;
}

function countReady({ nodes }: ClusterView): number {
  return nodes.filter(({ state }) => state === "ready").length;
}

function toDuration(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60].map(Math.floor);
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
