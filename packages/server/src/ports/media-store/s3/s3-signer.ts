/** Signs requests to S3 (AWS Signature Version 4). */
import { AwsV4Signer } from "aws4fetch";

type Keys = { accessKeyId: string; secretAccessKey: string; region: string; now: () => Date };

export type S3Signer = {
  /** The headers to send a request with: those given, all of them signed. The body is not signed unless its hash is given. */
  sign(method: string, url: URL, headers: Record<string, string>): Promise<Headers>;
  /** An address that allows one kind of request for a while: all the given headers must be sent as they are. */
  presign(method: string, url: URL, headers: Record<string, string>, expiresInSeconds: number): Promise<string>;
};

/** The longest that the signature's standard allows. */
const longestSeconds = 604_800;

export function createSigner({ now, ...keys }: Keys): S3Signer {
  const cache = new Map<string, ArrayBuffer>();
  const signer = (method: string, url: URL, headers: Record<string, string>, signQuery: boolean) =>
    new AwsV4Signer({
      ...{ ...keys, service: "s3", cache, allHeaders: true, signQuery },
      ...{ method, url: url.href, headers, datetime: toAmzDate(now()) },
    });
  return {
    async sign(method, url, headers) {
      keepDaysKeys(cache);
      return (await signer(method, url, headers, false).sign()).headers;
    },
    async presign(method, url, headers, expiresInSeconds) {
      keepDaysKeys(cache);
      const address = new URL(url);
      const seconds = Math.min(Math.max(Math.floor(expiresInSeconds), 1), longestSeconds);
      address.searchParams.set("X-Amz-Expires", String(seconds));
      const signed = (await signer(method, address, headers, true).sign()).url;
      // Not every server reads + as a space, as forms write it.
      signed.search = signed.search.replaceAll("+", "%20");
      return signed.href;
    },
  };
}

// The library keeps a derived key for each day, for ever.
function keepDaysKeys(cache: Map<string, ArrayBuffer>): void {
  if (cache.size > 8) cache.clear();
}

function toAmzDate(date: Date): string {
  return date.toISOString().replace(/[:-]|\.\d{3}/g, "");
}
