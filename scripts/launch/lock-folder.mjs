/** The install lock on disk: a folder holding one file that names the owner; the file's time is the heartbeat. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";

/** @typedef {{ token: string, host: string, pids: number[] }} Owner */

/** Makes the lock appear whole, with its owner, or not at all: a folder cannot be renamed onto one that holds files.
 * @param {string} folder
 * @param {Owner} owner
 * @returns {boolean} whether the lock is now this owner's */
export function createLock(folder, owner) {
  const draft = `${folder}.${owner.token}`;
  mkdirSync(draft);
  writeFileSync(`${draft}/owner`, JSON.stringify(owner));
  try {
    renameSync(draft, folder);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (isCode(error, "ENOTEMPTY") || isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Takes the lock away in one step. If that caught another owner's, because someone was faster, gives it back.
 * @param {string} folder
 * @param {Owner} owner */
export function removeLock(folder, owner) {
  const away = `${folder}.${randomUUID()}`;
  ifThere(() => {
    renameSync(folder, away);
    if (readOwner(away)?.token !== owner.token) renameSync(away, folder);
    else rmSync(away, { recursive: true });
  });
}

/** @param {string} folder
 * @returns {Owner | undefined} undefined when the lock was released just now */
export function readOwner(folder) {
  return ifThere(() => JSON.parse(readFileSync(`${folder}/owner`, "utf8")));
}

/** Replaces what is said of the owner, whole.
 * @param {string} folder
 * @param {Owner} owner */
export function writeOwner(folder, owner) {
  writeFileSync(`${folder}/owner.new`, JSON.stringify(owner));
  renameSync(`${folder}/owner.new`, `${folder}/owner`);
}

/** @param {string} folder */
export function touchLock(folder) {
  ifThere(() => utimesSync(`${folder}/owner`, new Date(), new Date()));
}

/** @param {string} folder
 * @returns {string} a value that changes with every heartbeat */
export function readHeartbeat(folder) {
  return ifThere(() => String(statSync(`${folder}/owner`).mtimeMs)) ?? "";
}

/** A lock may be released by its owner between any two looks at it.
 * @template T
 * @param {() => T} look
 * @returns {T | undefined} */
function ifThere(look) {
  try {
    return look();
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** @param {unknown} error
 * @param {string} code */
function isCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}
