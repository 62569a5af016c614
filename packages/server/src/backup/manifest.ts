/** What a backup says of itself: the file that is written last, and read first. */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What a reader of backups must know; raised when an older one could not read them. */
const formatVersion = 1;

const manifestFile = "manifest.json";

const part = z.strictObject({
  table: z.string().min(1),
  columns: z.array(z.string().min(1)).min(1),
  /** In the folder of the manifest, and nowhere else. */
  file: z.string().regex(/^\d{3}-[a-z0-9_]+\.copy\.gz$/),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const sequence = z.strictObject({
  table: z.string(),
  column: z.string(),
  last_value: z.string().regex(/^\d{1,19}$/),
  is_called: z.boolean(),
});

const manifest = z.strictObject({
  format: z.literal(formatVersion),
  made_at: z.iso.datetime(),
  pipit: z.string(),
  postgresql: z.string(),
  /** Those that the database had run, in their order. */
  migrations: z.array(z.string()).min(1),
  /** In the order in which they can be loaded: what is referred to comes first. */
  parts: z.array(part).min(1),
  sequences: z.array(sequence),
});

export type Part = z.infer<typeof part>;
export type SequenceState = z.infer<typeof sequence>;
export type Manifest = z.infer<typeof manifest>;

/** Writes it so that it survives a power cut. */
export async function writeManifest(folder: string, content: Omit<Manifest, "format">): Promise<void> {
  const text = JSON.stringify({ format: formatVersion, ...content }, undefined, 2);
  const handle = await open(join(folder, manifestFile), "wx", 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws {Error} with a sentence, if the folder holds no backup, or one of a format that is not known here */
export async function readManifest(folder: string): Promise<Manifest> {
  const parsed = manifest.safeParse(await readJson(folder));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${join(folder, manifestFile)} can't be read: ${issue?.path.join(".")} ${issue?.message}`);
}

async function readJson(folder: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, manifestFile), "utf8"));
  } catch (cause) {
    throw new Error(`${folder} holds no whole backup: its ${manifestFile} can't be read.`, { cause });
  }
}
