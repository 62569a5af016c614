#!/usr/bin/env node
/** Writes deploy/.env from deploy/.env.example, with a new secret for each name that has none. Replaces nothing. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const example = readFileSync(new URL(".env.example", import.meta.url), "utf8");
const [target = fileURLToPath(new URL(".env", import.meta.url))] = process.argv.slice(2);
if (target.startsWith("-")) {
  console.error("Usage: node deploy/make-secrets.mjs [file]");
  process.exit(2);
}

// Hexadecimal: nothing in it has to be quoted in an address, a file or a shell.
const filled = example.replace(/^([A-Z0-9_]+)=$/gm, (_line, name) => `${name}=${makeSecret(name)}`);
try {
  writeFileSync(target, filled, { mode: 0o600, flag: "wx" });
  console.log(`${target} holds new secrets. Keep it: without it, the data of the volumes can't be reached.`);
} catch (error) {
  console.error(error.code === "EEXIST" ? `${target} is there already: nothing was changed.` : error.message);
  process.exitCode = 1;
}

/** @param {string} name */
function makeSecret(name) {
  // An access key's id is at most 20 characters long.
  return randomBytes(name === "S3_ACCESS_KEY_ID" ? 10 : 32).toString("hex");
}
