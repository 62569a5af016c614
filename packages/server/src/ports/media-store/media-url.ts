/** Reads the address of the media store: `file:` and a folder, or `s3://` and a bucket. */
import { fileURLToPath } from "node:url";

type DiskAddress = {
  kind: "disk";
  /** The folder, or undefined for `media` in the data directory. */
  path: string | undefined;
};

export type S3Address = {
  kind: "s3";
  bucket: string;
  /** Where the server reaches the service, without a slash at the end. */
  endpoint: string;
  /** Where clients reach it, if not there. */
  publicEndpoint: string | undefined;
  region: string;
  pathStyle: boolean;
};

export type MediaAddress = DiskAddress | S3Address;

const parameters = ["endpoint", "public", "region", "style"];
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * What a `MEDIA_URL` says: `file:`, `file:./media`, `file:///var/lib/media`, or
 * `s3://bucket?endpoint=https://…&region=…&style=path|virtual&public=https://…`. Without an endpoint it is Amazon's, in
 * the region given. Amazon's buckets are addressed by host name, those of others by path, unless `style` says otherwise.
 * @throws saying what is wrong with it, in words for people; the address is not quoted, as it may hold secrets by mistake
 */
export function parseMediaUrl(url: string): MediaAddress {
  if (url.startsWith("file:")) return { kind: "disk", path: readPath(url) };
  if (url.startsWith("s3://")) return readBucket(url);
  throw new Error("must be like file:, file:///folder or s3://bucket?endpoint=https://host&region=name");
}

function readPath(url: string): string | undefined {
  const rest = url.slice("file:".length);
  if (rest === "") return undefined;
  if (/[?#\0]/.test(rest)) throw new Error("a file: address has a path only");
  if (!rest.startsWith("//")) return decode(rest);
  if (!rest.startsWith("///")) throw new Error("a file: address names no host: write file:///folder or file:./folder");
  return fileURLToPath(url);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Error("the path has a broken % code");
  }
}

function readBucket(url: string): S3Address {
  const { hostname, username, password, port, pathname, searchParams } = parse(url);
  if (username !== "" || password !== "") {
    throw new Error("keys do not belong in the address: give S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY");
  }
  if (port !== "" || (pathname !== "" && pathname !== "/")) throw new Error("after s3:// stands a bucket's name only");
  if (!bucketName.test(hostname)) throw new Error("after s3:// stands a bucket's name: 3 to 63 of a-z, 0-9, . and -");
  for (const name of searchParams.keys()) {
    if (!parameters.includes(name))
      throw new Error(`there is no parameter ${name}; there are ${parameters.join(", ")}`);
    if (searchParams.getAll(name).length > 1) throw new Error(`${name} is given twice`);
  }
  return { kind: "s3", bucket: hostname, ...readService(searchParams) };
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new Error("it is not a URL");
  return new URL(url);
}

function readService(given: URLSearchParams): Omit<S3Address, "kind" | "bucket"> {
  const own = given.get("endpoint");
  const region = given.get("region") ?? (own === null ? "us-east-1" : "auto");
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw new Error("region must be a name like eu-central-1 or auto");
  const endpoint = readEndpoint("endpoint", own ?? `https://s3.${region}.amazonaws.com`);
  const style = given.get("style") ?? (new URL(endpoint).hostname.endsWith(".amazonaws.com") ? "virtual" : "path");
  if (style !== "path" && style !== "virtual") throw new Error("style must be path or virtual");
  const pub = given.get("public");
  const publicEndpoint = pub === null ? undefined : readEndpoint("public", pub);
  return { endpoint, publicEndpoint, region, pathStyle: style === "path" };
}

function readEndpoint(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Error(`${name} must be like https://host`);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`${name} must be like https://host, with nothing after it`);
  }
  return url.href.replace(/\/+$/, "");
}
