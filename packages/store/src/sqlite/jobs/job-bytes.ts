import type { JobEnding, NewJob } from "../../job-store.ts";
import type { JobCallOf, JobVerb } from "./job-messages.ts";

/** What a call brings to the disk, nearly. */
export function bytesOf({ verb, args }: JobCallOf<JobVerb>): number {
  if (verb === "submit") return (args[0] as NewJob).call.body.length;
  if (verb === "append")
    return (args[2] as readonly Uint8Array[]).reduce((sum, { length }) => sum + length, 0);
  return verb === "finish" ? endingBytes(args[1] as JobEnding) : 0;
}

function endingBytes(ending: JobEnding): number {
  return ending.kind === "completed" && ending.result.body.kind === "bytes"
    ? ending.result.body.bytes.length
    : 0;
}
