import { buffer } from "node:stream/consumers";
import { S3Blobs, type S3BlobsOptions } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { bucket, isS3ServerThere, region, s3Server } from "./s3-server.ts";

describe.skipIf(!isS3ServerThere)("an S3 server that is not of our making", () => {
  const usual = { region, bucket, prefix: "berth/jobs/", clock: systemClock, random: Math.random };
  const some = Buffer.from("some");

  test("keeps blobs, gives them back whole, and forgets them", async () => {
    await using server = await s3Server();
    const blobs = new S3Blobs({ ...usual, ...server });
    const large = Buffer.alloc(30 * 2 ** 20, "0123456789");
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < large.length; at += 2 ** 20) yield large.subarray(at, at + 2 ** 20);
    }
    await blobs.write("job-1.ab_c", Buffer.from([0, 255, 10]));
    await blobs.write("job-2", large);
    await blobs.write("job-3", stream());
    await blobs.write("job-4", Buffer.alloc(0));
    expect(await buffer(blobs.read("job-1.ab_c"))).toEqual(Buffer.from([0, 255, 10]));
    expect(large.equals(await buffer(blobs.read("job-2")))).toBe(true);
    expect(large.equals(await buffer(blobs.read("job-3")))).toBe(true);
    expect((await buffer(blobs.read("job-4"))).length).toBe(0);
    await blobs.forget(["job-1.ab_c", "never", "job-2"]);
    await expect(buffer(blobs.read("job-1.ab_c"))).rejects.toMatchObject({ code: "not_found" });
    expect((await buffer(blobs.read("job-3"))).length).toBe(large.length);
  });

  test("refuses who signs with another secret, and a bucket that it does not have", async () => {
    await using server = await s3Server();
    const tell = (more: Partial<S3BlobsOptions>) =>
      new S3Blobs({ ...usual, ...server, ...more }).write("job-1", some);
    await tell({});
    await expect(tell({ keys: { ...server.keys, secretAccessKey: "other" } })).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("SignatureDoesNotMatch"),
    });
    await expect(tell({ bucket: "other" })).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("NoSuchBucket"),
    });
  });
});
