/** Addresses of the media store are understood, and wrong ones are told what is wrong. */
import { describe, expect, it } from "vitest";
import { parseMediaUrl } from "./media-url.ts";

describe("a media address", () => {
  it.each([
    ["file:", undefined],
    ["file:./media", "./media"],
    ["file:media%20here", "media here"],
    ["file:/var/lib/media", "/var/lib/media"],
    ["file:///var/lib/media%20here", "/var/lib/media here"],
  ])("%s is a folder", (url, path) => {
    expect(parseMediaUrl(url)).toEqual({ kind: "disk", path });
  });

  it.each([
    ["s3://media", { endpoint: "https://s3.us-east-1.amazonaws.com", region: "us-east-1", pathStyle: false }],
    ["s3://media?region=eu-west-1", { endpoint: "https://s3.eu-west-1.amazonaws.com", region: "eu-west-1" }],
    ["s3://media/?endpoint=https://a.r2.cloudflarestorage.com/", { region: "auto", pathStyle: true }],
    [
      "s3://media?endpoint=http://minio:9000&region=x&style=virtual",
      { endpoint: "http://minio:9000", pathStyle: false },
    ],
    ["s3://media?endpoint=http://minio:9000&public=https://media.example", { publicEndpoint: "https://media.example" }],
  ])("%s is a bucket", (url, address) => {
    expect(parseMediaUrl(url)).toMatchObject({ kind: "s3", bucket: "media", ...address });
  });

  it.each([
    ["", /must be like/],
    ["/var/lib/media", /must be like/],
    ["https://bucket", /must be like/],
    ["file://host/media", /names no host/],
    ["file:///a?b", /a path only/],
    ["file:%E0%A4", /broken % code/],
    ["s3://", /not a URL|bucket's name/],
    ["s3://Bad_Name", /bucket's name/],
    ["s3://key:secret@media", /keys do not belong/],
    ["s3://media/folder", /bucket's name only/],
    ["s3://media:80", /bucket's name only/],
    ["s3://media?endpoint=minio:9000", /endpoint must be like/],
    ["s3://media?endpoint=https://user@minio", /nothing after it/],
    ["s3://media?endpoint=https://minio?x=1", /nothing after it/],
    ["s3://media?region=", /region must be/],
    ["s3://media?style=host", /style must be/],
    ["s3://media?acl=public", /there is no parameter acl/],
    ["s3://media?region=a&region=b", /given twice/],
  ])("%s is refused", (url, problem) => {
    expect(() => parseMediaUrl(url)).toThrow(problem);
  });

  it("that holds keys by mistake is not quoted", () => {
    expect(() => parseMediaUrl("s3://key:hush@media")).not.toThrow(/hush/);
  });
});
