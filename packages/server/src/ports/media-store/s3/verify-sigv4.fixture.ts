/** Checks AWS Signature Version 4 by the standard's text, apart from the library that makes our signatures. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as it came: `target` is the raw path and query, header names are in lower case. */
export type SignedRequest = { method: string; target: string; headers: Record<string, string | undefined> };

export type Account = { accessKeyId: string; secretAccessKey: string; region: string; service: string };

type Claim = {
  credential: string;
  signedHeaders: string[];
  signature: string;
  date: string;
  /** Seconds, of a signature in the query. */
  expires: number | undefined;
  payloadHash: string;
  query: [string, string][];
};

const algorithm = "AWS4-HMAC-SHA256";
const longestSkewMs = 15 * 60 * 1000;

/** Why a request is refused, or undefined if it is rightly signed. */
export function verifySigV4(request: SignedRequest, account: Account, now: Date): string | undefined {
  const claim = readClaim(request);
  if (claim === undefined) return "it is not signed";
  const scope = `${claim.date.slice(0, 8)}/${account.region}/${account.service}/aws4_request`;
  if (claim.credential !== `${account.accessKeyId}/${scope}`) return `the credential is not ${scope}`;
  const problem = findDateProblem(claim, now) ?? findHeaderProblem(request, claim);
  if (problem) return problem;
  const expected = computeSignature(request, claim, account, scope);
  const isSame =
    expected.length === claim.signature.length && timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature));
  return isSame ? undefined : "the signature is another";
}

function readClaim({ target, headers }: SignedRequest): Claim | undefined {
  const query = readQuery(target);
  const given = new Map(query);
  const inQuery = given.get("X-Amz-Algorithm") === algorithm;
  if (inQuery) {
    return {
      credential: given.get("X-Amz-Credential") ?? "",
      signedHeaders: (given.get("X-Amz-SignedHeaders") ?? "").split(";"),
      signature: given.get("X-Amz-Signature") ?? "",
      date: given.get("X-Amz-Date") ?? "",
      expires: Number(given.get("X-Amz-Expires") ?? Number.NaN),
      payloadHash: "UNSIGNED-PAYLOAD",
      query: query.filter(([name]) => name !== "X-Amz-Signature"),
    };
  }
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential, signedHeaders, signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  const payloadHash = headers["x-amz-content-sha256"] ?? sha256("");
  const date = headers["x-amz-date"] ?? "";
  return {
    credential,
    signedHeaders: signedHeaders.split(";"),
    signature,
    date,
    expires: undefined,
    payloadHash,
    query,
  };
}

function readQuery(target: string): [string, string][] {
  const query = target.includes("?") ? target.slice(target.indexOf("?") + 1) : "";
  return query
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decodeURIComponent(name), decodeURIComponent(value.join("="))];
    });
}

function findDateProblem({ date, expires }: Claim, now: Date): string | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt)) return "there is no date";
  if (expires === undefined) return Math.abs(now.getTime() - signedAt) > longestSkewMs ? "the date is off" : undefined;
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800) return "the time is not from 1 to 604800 seconds";
  if (signedAt > now.getTime() + longestSkewMs) return "it is signed in the future";
  return now.getTime() > signedAt + expires * 1000 ? "the time is over" : undefined;
}

// S3 demands that the host and all x-amz- headers are signed.
function findHeaderProblem({ headers }: SignedRequest, { signedHeaders }: Claim): string | undefined {
  const missing = signedHeaders.find((name) => headers[name] === undefined);
  if (missing !== undefined) return `the signed header ${missing} is missing`;
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = needed.find((name) => !signedHeaders.includes(name));
  return unsigned === undefined ? undefined : `the header ${unsigned} is not signed`;
}

function computeSignature(request: SignedRequest, claim: Claim, account: Account, scope: string): string {
  const path = request.target.split("?", 1)[0] ?? "";
  const canonical = [
    request.method,
    path
      .split("/")
      .map((segment) => encode(decodeURIComponent(segment)))
      .join("/"),
    claim.query
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    ...claim.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
  const key = [claim.date.slice(0, 8), account.region, account.service, "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${account.secretAccessKey}`,
  );
  const text = [algorithm, claim.date, scope, sha256(canonical)].join("\n");
  return createHmac("sha256", key).update(text).digest("hex");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
