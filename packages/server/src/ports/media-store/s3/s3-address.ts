/** The addresses of a bucket and of what is in it. */
import { requireKey } from "../storage-key.ts";

type Options = { endpoint: string; bucket: string; pathStyle: boolean };

/** Where an object is, or the bucket itself if there is no key. */
export type ToAddress = (key: string | undefined, query?: Record<string, string>) => URL;

/** Addresses with the bucket's name in the path, or before the host's name. */
export function createAddresses({ endpoint, bucket, pathStyle }: Options): ToAddress {
  const base = new URL(endpoint);
  const folder = base.pathname.replace(/\/+$/, "") + (pathStyle ? `/${bucket}` : "");
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
  return (key, query = {}) => {
    const url = new URL(base);
    url.pathname = key === undefined ? folder || "/" : `${folder}/${requireKey(key)}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  };
}
