/** Addresses of media, as the client itself asks for them. */

/** A smaller picture of a medium. The server rounds sizes up to those that it makes. */
export type MediaVariant = {
  width?: number | undefined;
  height?: number | undefined;
  fit?: "cover" | "contain" | undefined;
  format?: "webp" | "jpeg" | undefined;
};

const filePath = /\/media\/([\w-]+)\/file(?:[?#]|$)/;

/**
 * Where a medium's bytes are, below the address of the operations. Of what the message says only the id is taken: the
 * token goes to the client's own server, whatever host an address names.
 * @returns undefined for what is no address of a medium
 */
export function toMediaPath(url: string, variant?: MediaVariant): string | undefined {
  const id = findMediaId(url);
  if (id === undefined) return undefined;
  const given = Object.entries(variant ?? {}).filter(([, value]) => value !== undefined);
  const query = given.map(([name, value]) => `${name}=${value}`).join("&");
  return `/media/${id}/file${query && `?${query}`}`;
}

/** The id of the medium that an address leads to. */
export function findMediaId(url: string): string | undefined {
  return filePath.exec(url)?.[1];
}
