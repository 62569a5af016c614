/** Which keys objects may have. */

const longestKey = 512;
const shape = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** Whether objects may have this key (see `MediaStore`). */
export function isStorageKey(key: string): boolean {
  return key.length <= longestKey && shape.test(key) && !/(^|\/)\.\.?(\/|$)/.test(key);
}

/** The key itself. @throws plainly when no object may have it: keys are made by us */
export function requireKey(key: string): string {
  if (!isStorageKey(key)) throw new Error(`not a key of the media store: ${JSON.stringify(key.slice(0, 200))}`);
  return key;
}

/** The prefix itself. @throws plainly when it is neither empty nor a key and a slash */
export function requirePrefix(prefix: string): string {
  if (prefix === "" || (prefix.endsWith("/") && isStorageKey(prefix.slice(0, -1)))) return prefix;
  throw new Error(`not a prefix of keys of the media store: ${JSON.stringify(prefix.slice(0, 200))}`);
}
