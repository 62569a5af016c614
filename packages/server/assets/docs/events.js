/** Draws the reference of events. */
/* global AsyncApiStandalone */

const place = document.getElementById("reference");
const uniqueId = "x-parser-unique-object-id";

/**
 * The document as the viewer's parser would hand it over: each `$ref` replaced by the very object that it names, and
 * things marked with their names. The parser itself would compile code, which the page's policy forbids.
 */
function toParsed(root) {
  connect(root, root, new Set());
  markAll(root.channels);
  markAll(root.operations);
  markAll(root.components.messages);
  for (const [name, schema] of Object.entries(root.components.schemas)) schema["x-parser-schema-id"] = name;
  simplify(root);
  return { ...root, "x-parser-spec-parsed": true, "x-parser-api-version": 1 };
}

function connect(value, root, seen) {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const key of Object.keys(value)) {
    value[key] = follow(value[key], root);
    connect(value[key], root, seen);
  }
}

function follow(value, root) {
  let found = value;
  while (typeof found?.$ref === "string") {
    found = found.$ref
      .slice(2)
      .split("/")
      .reduce((object, name) => object[name.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  }
  return found;
}

function markAll(things) {
  for (const [name, thing] of Object.entries(things)) thing[uniqueId] = name;
}

/** Says where this server is, and leaves out what would only be noise in the page. */
function simplify(root) {
  for (const server of Object.values(root.servers)) {
    root.info.description = root.info.description.replaceAll(`http://${server.host}`, window.location.origin);
    server.host = window.location.host;
    server.protocol = window.location.protocol === "https:" ? "wss" : "ws";
  }
  delete root.defaultContentType;
  delete root.info.tags;
  for (const operation of Object.values(root.operations)) {
    // The viewer lists operations by their summary, or else by the event: the event is what people look for.
    delete operation.summary;
    delete operation.reply?.channel;
  }
}

async function draw() {
  const response = await fetch("/asyncapi.json");
  if (!response.ok) throw new Error(`/asyncapi.json: ${response.status}`);
  const config = {
    show: { sidebar: true, messages: false, schemas: true, errors: true },
    sidebar: { useChannelAddressAsIdentifier: true },
    expand: { messageExamples: true },
    replyLabel: "emit",
    sendLabel: "listen",
  };
  AsyncApiStandalone.render({ schema: toParsed(await response.json()), config }, place);
  place.removeAttribute("aria-busy");
}

draw().catch((error) => {
  place.textContent = `The reference could not be drawn (${error.message}).`;
});
