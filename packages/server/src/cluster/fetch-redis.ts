/** Fetches redis-server from the packages of a Debian-like system into a folder of ours: no rights and no service needed. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isProgram } from "../media/find-program.ts";

const cache = fileURLToPath(new URL("../../../../node_modules/.cache/", import.meta.url));
const home = join(cache, "redis");
const patienceMs = 180_000;
const run = promisify(execFile);

/**
 * The path of a redis-server in the project's cache, fetched now if it is not there yet.
 * @throws {Error} when there is no apt, no network or no such package
 */
export async function fetchRedis(): Promise<string> {
  const program = join(home, "redis-server");
  if (isProgram(program)) return program;
  // Two processes may both fetch it; the first one's folder stays, for it may be in use already.
  const draft = join(cache, `redis.${randomUUID()}`);
  try {
    await unpack(draft);
    await rename(draft, home).catch((error: unknown) => {
      if (!isProgram(program)) throw error;
    });
    return program;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function unpack(draft: string): Promise<void> {
  const packages = join(draft, "packages");
  await mkdir(join(packages, "partial"), { recursive: true });
  await download(draft, packages);
  for (const file of await readdir(packages)) {
    if (file.endsWith(".deb")) await run("dpkg-deb", ["-x", join(packages, file), join(draft, "root")]);
  }
  await rm(packages, { recursive: true });
  await rm(join(draft, "lists"), { recursive: true, force: true });
  await writeFile(join(draft, "redis-server"), launcher);
  await chmod(join(draft, "redis-server"), 0o755);
}

// The libraries are found beside the program, wherever the folder is moved to.
const launcher = `#!/bin/sh
here=$(dirname "$0")/root/usr
LD_LIBRARY_PATH=$(printf '%s:' "$here"/lib/*-linux-*)$here/lib
export LD_LIBRARY_PATH
exec "$here/bin/redis-server" "$@"
`;

async function download(draft: string, packages: string): Promise<void> {
  const sandbox = process.getuid?.() === 0 ? ["-o", "APT::Sandbox::User=root"] : [];
  const options = [...sandbox, "-o", `Dir::Cache=${packages}`];
  try {
    await downloadWith(options, packages);
  } catch {
    // The system's lists are missing or old. Ours are read instead, for the system's are not ours to write.
    const lists = join(draft, "lists");
    await mkdir(join(lists, "partial"), { recursive: true });
    const own = [...options, "-o", `Dir::State::Lists=${lists}`];
    await run("apt-get", [...own, "-qq", "update"], { timeout: patienceMs });
    await downloadWith(own, packages);
  }
}

async function downloadWith(options: string[], cwd: string): Promise<void> {
  const found = await run("apt-cache", [...options, "depends", "redis-server", "redis-tools"], { timeout: patienceMs });
  const libraries = [...found.stdout.matchAll(/^ {2}Depends: ((?:lib|lua-)\S+)/gm)].map(([, name = ""]) => name);
  // Those of the C compiler and of the init system are those of every system, and must fit it.
  const wanted = [...new Set(libraries)].filter((name) => !/^lib(c6|stdc\+\+6|gcc-s1|systemd0)$/.test(name));
  await run("apt-get", [...options, "-qq", "download", "redis-server", "redis-tools", ...wanted], {
    cwd,
    timeout: patienceMs,
  });
}
