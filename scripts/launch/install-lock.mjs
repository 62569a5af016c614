/** Lets one command at a time set up the project's folder (install, build), and outlives holders that were killed. */
import { randomUUID } from "node:crypto";
import os from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLock, readHeartbeat, readOwner, removeLock, touchLock, writeOwner } from "./lock-folder.mjs";
import { SetupError } from "./setup-error.mjs";

/** @typedef {import("./lock-folder.mjs").Owner} Owner */
/** @typedef {{ addProcess: (pid: number) => void }} InstallLock */

const POLL_MS = 250;
const HEARTBEAT_MS = 2000;
/** Looks in a row without a heartbeat after which a holder counts as dead: 20 s. Counted here rather than read off
 * the clock, which jumps when a machine sleeps. */
const SILENT_LOOKS = 80;
/** A quarter of an hour. */
const GIVE_UP_LOOKS = 3600;

/** Runs the task while holding the lock, waiting for other holders first. The task names the processes that it starts:
 * they may outlive a killed holder, and the lock stays shut until they are gone.
 * @template T
 * @param {URL} root
 * @param {(lock: InstallLock) => Promise<T>} task
 * @returns {Promise<T>}
 * @throws {SetupError} when another holder does not finish within a quarter of an hour */
export async function withInstallLock(root, task) {
  const folder = fileURLToPath(new URL(".pipit-setup.lock", root));
  /** @type {Owner} */
  const owner = { token: randomUUID(), host: os.hostname(), pids: [process.pid] };
  await acquire(folder, owner);
  const heartbeat = setInterval(() => touchLock(folder), HEARTBEAT_MS);
  try {
    return await task({
      addProcess(pid) {
        owner.pids.push(pid);
        writeOwner(folder, owner);
      },
    });
  } finally {
    clearInterval(heartbeat);
    removeLock(folder, owner);
  }
}

/** @param {string} folder
 * @param {Owner} owner */
async function acquire(folder, owner) {
  let silentLooks = 0;
  let lastBeat = "";
  for (let looks = 0; looks < GIVE_UP_LOOKS; looks++) {
    if (createLock(folder, owner)) return;
    if (looks === 1) console.error("pipit: another command is setting up here; waiting for it");
    const beat = readHeartbeat(folder);
    silentLooks = beat === lastBeat ? silentLooks + 1 : 0;
    lastBeat = beat;
    const holder = readOwner(folder);
    if (holder && isDead(holder, silentLooks)) removeLock(folder, holder);
    else await delay(POLL_MS);
  }
  throw new SetupError(`another command has been setting up for too long. If none is running, delete ${folder}`);
}

/** A holder is dead when all its processes are, or when it has been silent for long and no installer of its own is
 * left at work. Processes of another machine or container cannot be seen: there, silence alone decides.
 * @param {Owner} holder
 * @param {number} silentLooks */
function isDead(holder, silentLooks) {
  if (holder.host !== os.hostname()) return silentLooks > SILENT_LOOKS;
  const [launcher, ...installers] = holder.pids;
  if (installers.some(isAlive)) return false;
  return silentLooks > SILENT_LOOKS || launcher === undefined || !isAlive(launcher);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
