import { buffer } from "node:stream/consumers";
import { type Clock, FakeClock } from "@berth/std/clock";
import { s3Double, type S3Fault } from "@berth/testing/s3-double";
import { describe, expect, test } from "vitest";
import { S3Blobs, type S3BlobsOptions } from "./s3-blobs.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const bucket = "blobs";
const region = "eu-north-1";

async function world(more: Partial<S3BlobsOptions> = {}) {
  const double = await s3Double({ ...keys, bucket, region });
  const standing = new FakeClock();
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => standing.now(),
    monotonic: () => standing.monotonic(),
    sleep: async (ms, signal) => {
      // until it is late: nobody is here
      if (signal !== undefined) return standing.sleep(ms, signal);
      pauses.push(ms);
    },
  };
  const options = { endpoint: double.endpoint, region, bucket, keys, clock, random: () => 0, ...more };
  const blobs = new S3Blobs(options);
  return { double, blobs, options, pauses, [Symbol.asyncDispose]: () => double[Symbol.asyncDispose]() };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const fails = (status: number, code: string): S3Fault => ({ kind: "answer", status, code });

test.each<[string, Uint8Array | AsyncIterable<Uint8Array>, string]>([
  ["bytes", Buffer.from([0, 255, 10]), Buffer.from([0, 255, 10]).toString()],
  ["a view of more bytes", Buffer.from("xsomex").subarray(1, 5), "some"],
  ["nothing", Buffer.alloc(0), ""],
  ["a stream", pieces("so", "me"), "some"],
])("%s are read as they were written", async (_fact, bytes, expected) => {
  await using given = await world({ prefix: "berth/jobs/" });
  await given.blobs.write("job-1.ab_c", bytes);
  expect([...given.double.objects.keys()]).toEqual(["berth/jobs/job-1.ab_c"]);
  expect((await buffer(given.blobs.read("job-1.ab_c"))).toString()).toBe(expected);
});

test("what is not there is told as that, and forgotten already", async () => {
  await using given = await world();
  await given.blobs.write("b", Buffer.from("b"));
  await expect(buffer(given.blobs.read("a"))).rejects.toMatchObject({ code: "not_found" });
  await given.blobs.forget(["a", "b"]);
  await given.blobs.forget([]);
  expect(given.double.objects.size).toBe(0);
  given.double.faults.push(fails(404, "NoSuchKey"));
  await given.blobs.forget(["a"]);
});

test("many are forgotten", async () => {
  await using given = await world();
  const names = Array.from({ length: 30 }, (_, index) => `job-${index}`);
  for (const name of [...names, "left"]) await given.blobs.write(name, Buffer.from(name));
  await given.blobs.forget(names);
  expect([...given.double.objects.keys()]).toEqual(["left"]);
});

describe("what passes is tried again:", () => {
  test.each<[string, S3Fault[]]>([
    ["500", [fails(500, "InternalError")]],
    ["503 three times", [1, 2, 3].map(() => fails(503, "SlowDown"))],
    ["429", [fails(429, "TooManyRequests")]],
    ["a connection that broke", [{ kind: "break" }]],
  ])("%s", async (_fact, faults) => {
    await using given = await world();
    given.double.faults.push(...faults);
    await given.blobs.write("a", Buffer.from("some"));
    given.double.faults.push(...faults);
    expect((await buffer(given.blobs.read("a"))).toString()).toBe("some");
    given.double.faults.push(...faults);
    await given.blobs.forget(["a"]);
    expect(given.double.objects.size).toBe(0);
    expect(given.double.asked.length).toBe(3 * (faults.length + 1));
  });

  test("four times in all, after pauses", async () => {
    await using given = await world();
    given.double.faults.push(...[1, 2, 3, 4, 5].map(() => fails(500, "InternalError")));
    await expect(given.blobs.write("a", Buffer.from("some"))).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining(
        "answered 500 for the bucket blobs (InternalError: said of InternalError)",
      ),
    });
    expect(given.double.asked.length).toBe(4);
    expect(given.pauses).toEqual([200, 400, 800]);
  });
});

describe("what does not pass is told in S3's words, once:", () => {
  test.each<[string, Partial<S3BlobsOptions>, string, string]>([
    [
      "another's secret",
      { keys: { ...keys, secretAccessKey: "other" } },
      "upstream_failed",
      "SignatureDoesNotMatch",
    ],
    ["an unknown key", { keys: { ...keys, accessKeyId: "OTHER" } }, "upstream_failed", "InvalidAccessKeyId"],
    ["another region", { region: "us-east-1" }, "upstream_failed", "AuthorizationHeaderMalformed"],
    ["a bucket that is not there", { bucket: "other" }, "upstream_failed", "NoSuchBucket"],
  ])("%s", async (_fact, more, code, words) => {
    await using given = await world(more);
    const told = { code, message: expect.stringContaining(words) };
    await expect(given.blobs.write("a", Buffer.from("some"))).rejects.toMatchObject(told);
    await expect(buffer(given.blobs.read("a"))).rejects.toMatchObject(told);
    await expect(given.blobs.forget(["a"])).rejects.toMatchObject(told);
    expect(given.double.asked.length).toBe(3);
  });

  test.each([
    [507, "XMinioStorageFull"],
    [400, "QuotaExceeded"],
  ])("%i %s is a full disk", async (status, code) => {
    await using given = await world();
    given.double.faults.push(...[1, 2, 3, 4].map(() => fails(status, code)));
    await expect(given.blobs.write("a", Buffer.from("some"))).rejects.toMatchObject({
      code: "insufficient_disk",
    });
    expect(given.double.objects.size).toBe(0);
  });

  test("a redirect is not followed", async () => {
    await using given = await world();
    given.double.faults.push(fails(301, "PermanentRedirect"));
    await expect(given.blobs.write("a", Buffer.from("some"))).rejects.toMatchObject({
      message: expect.stringContaining("PermanentRedirect"),
    });
  });
});

test("what breaks off while it is read is no shorter result", async () => {
  await using given = await world();
  await given.blobs.write("a", Buffer.from("some"));
  given.double.faults.push({ kind: "cut" });
  await expect(buffer(given.blobs.read("a"))).rejects.toMatchObject({ code: "upstream_failed" });
});

test("where nobody answers, it is given up in the end, each time after two minutes", async () => {
  await using given = await world();
  const never: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
    });
  const clock = new FakeClock();
  const blobs = new S3Blobs({ ...given.options, clock, fetch: never });
  const writing = blobs.write("a", Buffer.from("some"));
  writing.catch(() => undefined);
  await clock.advance(4 * 120_000 + 200 + 400 + 800);
  await expect(writing).rejects.toMatchObject({
    code: "upstream_failed",
    message: expect.stringContaining("no answer within 120 s"),
  });
});

test("a stream of more than 64 MiB is refused, and nothing of it is sent", async () => {
  await using given = await world();
  const piece = Buffer.alloc(2 ** 20);
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield piece;
  }
  await expect(given.blobs.write("a", endless())).rejects.toMatchObject({ code: "payload_too_large" });
  expect(given.double.asked).toEqual([]);
});

test("with a session's token, that is sent and signed", async () => {
  await using given = await world({ keys: { ...keys, sessionToken: "TOKEN/with+chars==" } });
  await given.blobs.write("a", Buffer.from("some"));
  expect(given.double.objects.size).toBe(1);
});

test.each<[string, Partial<S3BlobsOptions>]>([
  ["an endpoint that is none", { endpoint: "minio:9000" }],
  ["an endpoint with a path", { endpoint: "http://minio:9000/blobs" }],
  ["an endpoint with a name and password", { endpoint: "http://a:b@minio:9000" }],
  ["a bucket that is a path", { bucket: "a/../b" }],
  ["a prefix that climbs", { prefix: "../" }],
  ["a prefix without its end", { prefix: "berth" }],
])("%s is refused at once", (_fact, more) => {
  const options = {
    endpoint: "http://minio:9000",
    region,
    bucket,
    keys,
    clock: new FakeClock(),
    random: () => 0,
  };
  expect(() => new S3Blobs({ ...options, ...more })).toThrow(
    expect.objectContaining({ code: "invalid_request" }),
  );
});

test.each(["", "../a", "a/b", "a?acl", "a%2Fb", "é"])("%j names no blob", async (name) => {
  await using given = await world();
  const refusal = { code: "invalid_request" };
  await expect(given.blobs.write(name, Buffer.from("x"))).rejects.toMatchObject(refusal);
  await expect(buffer(given.blobs.read(name))).rejects.toMatchObject(refusal);
  await expect(given.blobs.forget([name])).rejects.toMatchObject(refusal);
  expect(given.double.asked).toEqual([]);
});
