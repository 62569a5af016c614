/** Our signatures, and those that the tests check with, are those of AWS's published examples. */
import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { describe, expect, it } from "vitest";
import { createSigner } from "./s3-signer.ts";
import { type Account, verifySigV4 } from "./verify-sigv4.fixture.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and …/sigv4-query-string-auth.html
const s3: Account = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "s3",
};
const s3Date = new Date("2013-05-24T00:00:00Z");
const origin = "https://examplebucket.s3.amazonaws.com";

// The aws-sig-v4-test-suite.
const suite: Account = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "service",
};
const suiteDate = new Date("2015-08-30T12:36:00Z");

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

type Vector = { name: string; method: string; target: string; headers: Record<string, string>; signature: string };

const s3Vectors: Vector[] = [
  {
    name: "GET with Range",
    method: "GET",
    target: "/test.txt",
    headers: { range: "bytes=0-9", "x-amz-content-sha256": hash("") },
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT",
    method: "PUT",
    target: "/test$file.text",
    headers: {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": hash("Welcome to Amazon S3."),
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET of a bucket's lifecycle",
    method: "GET",
    target: "/?lifecycle",
    headers: { "x-amz-content-sha256": hash("") },
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "GET of a bucket's list",
    method: "GET",
    target: "/?max-keys=2&prefix=J",
    headers: { "x-amz-content-sha256": hash("") },
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
];

const suiteVectors: (Vector & { body?: string })[] = [
  {
    name: "get-vanilla",
    method: "GET",
    target: "/",
    headers: {},
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-vanilla-query-order-key-case",
    method: "GET",
    target: "/?Param2=value2&Param1=value1",
    headers: {},
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    name: "post-vanilla",
    method: "POST",
    target: "/",
    headers: {},
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "post-vanilla-query",
    method: "POST",
    target: "/?Param1=value1",
    headers: {},
    signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
  },
  {
    name: "post-x-www-form-urlencoded",
    method: "POST",
    target: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
];

function toRequest({ method, target }: Vector, host: string, headers: Headers) {
  return { method, target, headers: { host, ...Object.fromEntries(headers) } };
}

describe("signatures of requests", () => {
  it.each(s3Vectors)("are those of S3's example: $name", async (vector) => {
    const signer = createSigner({ ...s3, now: () => s3Date });
    const headers = await signer.sign(vector.method, new URL(origin + vector.target), vector.headers);
    expect(headers.get("authorization")).toMatch(new RegExp(`Signature=${vector.signature}$`));
    const request = toRequest(vector, "examplebucket.s3.amazonaws.com", headers);
    expect(verifySigV4(request, s3, s3Date)).toBeUndefined();
    expect(verifySigV4({ ...request, target: `${request.target}x` }, s3, s3Date)).toMatch(/is another/);
  });

  it.each(suiteVectors)("are those of the standard's test suite: $name", async (vector) => {
    const signer = new AwsV4Signer({
      ...suite,
      ...{ method: vector.method, url: `https://example.amazonaws.com${vector.target}`, headers: vector.headers },
      ...{ datetime: "20150830T123600Z", allHeaders: true, ...(vector.body !== undefined && { body: vector.body }) },
    });
    const { headers } = await signer.sign();
    expect(headers.get("authorization")).toMatch(new RegExp(`Signature=${vector.signature}$`));
    if (vector.body !== undefined) return;
    const request = toRequest(vector, "example.amazonaws.com", headers);
    expect(verifySigV4(request, suite, suiteDate)).toBeUndefined();
  });
});

describe("signatures in addresses", () => {
  const url = new URL(`${origin}/test.txt`);
  const request = (address: string, headers = {}) => ({
    method: "GET",
    target: address.slice(origin.length),
    headers: { host: "examplebucket.s3.amazonaws.com", ...headers },
  });

  it("are those of S3's example", async () => {
    const address = await createSigner({ ...s3, now: () => s3Date }).presign("GET", url, {}, 86_400);
    expect(new URL(address).searchParams.get("X-Amz-Signature")).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
    expect(verifySigV4(request(address), s3, s3Date)).toBeUndefined();
  });

  it("end when their time is over, bind headers and can't be changed", async () => {
    const headers = { "content-type": "image/png", "content-length": "10" };
    const address = await createSigner({ ...s3, now: () => s3Date }).presign("GET", url, headers, 60);
    const at = (seconds: number) => new Date(s3Date.getTime() + seconds * 1000);
    const check = (one: string, given: Record<string, string>, seconds = 0) =>
      verifySigV4(request(one, given), s3, at(seconds));
    expect(check(address, headers)).toBeUndefined();
    expect(check(address, headers, 60)).toBeUndefined();
    expect(check(address, headers, 61)).toBe("the time is over");
    expect(check(address, headers, -1_000)).toBe("it is signed in the future");
    expect(check(address, { ...headers, "content-length": "11" })).toBe("the signature is another");
    expect(check(address, { "content-length": "10" })).toBe("the signed header content-type is missing");
    expect(check(address, { ...headers, "x-amz-acl": "public-read" })).toBe("the header x-amz-acl is not signed");
    expect(check(address.replace("Expires=60", "Expires=600"), headers)).toBe("the signature is another");
    expect(check(address.replace("us-east-1", "us-east-2"), headers)).toMatch(/the credential is not/);
    expect(check(`${origin}/test.txt`, headers)).toBe("it is not signed");
  });
});
