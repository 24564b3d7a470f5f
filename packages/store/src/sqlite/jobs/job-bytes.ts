import type {
  ClaimedJob,
  EventPage,
  JobEnding,
  JobPiece,
  JobResult,
  NewJob,
  PieceMark,
} from "../../job-store.ts";
import type { JobCallOf, JobVerb } from "./job-messages.ts";

/** What a call brings to the disk, nearly. */
export function bytesOf({ verb, args }: JobCallOf<JobVerb>): number {
  if (verb === "submit") return (args[0] as NewJob).call.body.length;
  if (verb === "append") return sum(args[2] as readonly Uint8Array[]);
  return verb === "finish" ? endingBytes(args[1] as JobEnding) : 0;
}

/** What its answer brings to whoever asked, nearly. */
export function answeredBytes(verb: JobVerb, value: unknown): number {
  if (verb === "claim") return sum((value as readonly ClaimedJob[]).map(({ call }) => call.body));
  if (verb === "listEvents") return sum((value as EventPage).events.map(({ data }) => data));
  if (verb === "readPiece") return (value as JobPiece | undefined)?.bytes.length ?? 0;
  return verb === "getResult" && value !== undefined ? resultBytes(value as JobResult) : 0;
}

/** Whether it is of a body that has more than one: SQLite has gone through all of that. */
export function isPieceOfLarge({ verb, args }: JobCallOf<JobVerb>, value: unknown): boolean {
  if (verb !== "readPiece" || value === undefined) return false;
  const { event, offset } = args[2] as PieceMark;
  return event > 0 || offset > 0 || (value as JobPiece).next !== null;
}

function endingBytes(ending: JobEnding): number {
  return ending.kind === "completed" ? resultBytes(ending.result) : 0;
}

function resultBytes({ body }: JobResult): number {
  return body.kind === "bytes" ? body.bytes.length : 0;
}

function sum(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((bytes, { length }) => bytes + length, 0);
}
