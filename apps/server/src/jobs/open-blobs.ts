import { join } from "node:path";
import { BerthError } from "@berth/api";
import { type Blobs, openDirectoryBlobs, S3Blobs } from "@berth/jobs";
import { systemClock } from "@berth/std/clock";
import type { Config } from "../config.ts";

/** Opens the place for results that are too large for the queue's file. Throws what is wrong with it. */
export async function openBlobs({ settings, stateDir }: Config): Promise<Blobs> {
  const { BERTH_BLOBS, BERTH_BLOBS_ENDPOINT, AWS_REGION: region } = settings;
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(BERTH_BLOBS ?? "") ?? [];
  if (bucket === undefined) return openDirectoryBlobs({ directory: BERTH_BLOBS ?? join(stateDir, "blobs") });
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new BerthError(
      "invalid_request",
      "BERTH_BLOBS names a bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what opens it",
      { param: "BERTH_BLOBS" },
    );
  return new S3Blobs({
    endpoint: BERTH_BLOBS_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    region,
    bucket,
    ...(prefix === "" ? {} : { prefix: prefix.endsWith("/") ? prefix : `${prefix}/` }),
    keys: { accessKeyId, secretAccessKey },
    clock: systemClock,
    random: Math.random,
  });
}
