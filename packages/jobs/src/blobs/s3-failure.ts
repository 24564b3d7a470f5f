import { BerthError, type ErrorCode } from "@berth/api";
import { noBlob } from "./blob-name.ts";

export interface S3Place {
  readonly name: string;
  readonly bucket: string;
  readonly endpoint: string;
}

/** What an answer of S3's that is no success comes to, in its own words. */
export async function readS3Failure(answer: Response, place: S3Place): Promise<BerthError> {
  const text = await answer.text();
  const said = (tag: string): string | undefined => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1];
  const { status } = answer;
  const code = said("Code");
  // where the name is not there; a bucket that is not has a code of its own
  if (status === 404 && (code === undefined || code === "NoSuchKey")) return noBlob(place.name);
  const isFull = status === 507 || /StorageFull|QuotaExceeded/.test(code ?? "");
  const words = [code, said("Message")].filter((word) => word !== undefined).join(": ");
  return failure(
    isFull ? "insufficient_disk" : "upstream_failed",
    `${place.endpoint} answered ${status} for the bucket ${place.bucket}${words === "" ? "" : ` (${words})`}`,
  );
}

export function s3Unreachable(endpoint: string, error: unknown): BerthError {
  // fetch says only that it failed
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return failure("upstream_failed", `${endpoint} gave no whole answer: ${reason}`, error);
}

function failure(code: ErrorCode, message: string, cause?: unknown): BerthError {
  return new BerthError(code, message, { cause });
}
