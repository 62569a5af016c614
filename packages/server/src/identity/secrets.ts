/** The secrets that the server makes for itself on first start and keeps in its data directory. */
import { hkdfSync, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Config } from "../config.ts";

const secretsFile = z.object({ jwt: z.string().min(32), admin: z.string().min(32) });

export type Secrets = z.infer<typeof secretsFile>;

/** The secrets in force: those that are configured, and for the rest the server's own. */
export function resolveSecrets(config: Config): Secrets {
  const { jwtSecret, adminKey, dataDir } = config;
  if (jwtSecret !== undefined && adminKey !== undefined) return { jwt: jwtSecret, admin: adminKey };
  const own = loadSecrets(dataDir);
  return { jwt: jwtSecret ?? own.jwt, admin: adminKey ?? own.admin };
}

/** A secret for another purpose, from which the one that it is made of can't be told. */
export function deriveSecret(secret: string, purpose: string): string {
  return Buffer.from(hkdfSync("sha256", secret, "", purpose, 32)).toString("base64url");
}

/** Reads the secrets, or makes them; two processes that start together end with the same ones. */
function loadSecrets(dataDir: string): Secrets {
  const path = join(dataDir, "secrets.json");
  mkdirSync(dataDir, { recursive: true });
  const found = readSecrets(path);
  if (found) return found;
  const made = { jwt: newSecret(), admin: newSecret() };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(made, undefined, 2)}\n`, { mode: 0o600, flush: true });
  try {
    // A link fails if the other process was first, where a rename would replace what it already uses.
    linkSync(draft, path);
    return made;
  } catch (error) {
    const theirs = readSecrets(path);
    if (theirs) return theirs;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

function readSecrets(path: string): Secrets | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return secretsFile.parse(JSON.parse(text));
}
