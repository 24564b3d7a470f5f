import type Database from "better-sqlite3";
import { type JobPart, type JobPiece, type PieceMark, jobPieceBytes } from "../../job-store.ts";
import type { JobRow } from "./job-row.ts";
import { prepareAll } from "./statements.ts";

const texts = {
  find: "select * from jobs where id = ?",
  input: "select ifnull(substr(body, ?, ?), x'') from job_calls where seq = ?",
  result: "select ifnull(substr(body, ?, ?), x'') from job_results where seq = ?",
  values: `select number, length(data) as size,
      ifnull(substr(data, 1 + case number when ? then ? else 0 end, ${jobPieceBytes}), x'') as data
    from job_events where seq = ? and kind = 'value' and number >= ? order by number`,
};

interface ValueRow {
  readonly number: number;
  readonly size: number;
  /** From where it is to be told on. */
  readonly data: Buffer;
}

const [open, comma, close] = ["[", ",", "]"].map((sign) => Buffer.from(sign)) as [Buffer, Buffer, Buffer];

/** Inputs and results, a piece at a time. */
export class JobPieces {
  readonly #statements: Readonly<Record<keyof typeof texts, Database.Statement>>;

  constructor(database: Database.Database) {
    this.#statements = prepareAll(database, texts);
  }

  readPiece(id: string, part: JobPart, from: PieceMark): JobPiece | undefined {
    const row = this.#statements.find.get(id) as JobRow | undefined;
    if (row === undefined) return undefined;
    if (part === "input") return this.#slice("input", row.seq, row.input_bytes, from);
    switch (row.result_kind) {
      case null:
      case "blob":
        return undefined;
      case "bytes":
        return this.#slice("result", row.seq, row.result_bytes ?? 0, from);
      case "events":
        return this.#streamed(row.seq, from);
    }
  }

  #slice(part: JobPart, seq: number, whole: number, { offset }: PieceMark): JobPiece | undefined {
    const bytes = this.#statements[part].pluck().get(offset + 1, jobPieceBytes, seq) as Buffer | undefined;
    if (bytes === undefined) return undefined;
    const told = offset + bytes.length;
    return { bytes, next: told < whole ? { event: 0, offset: told } : null };
  }

  /** What the last attempt streamed, as one array: what others have is forgotten. */
  #streamed(seq: number, from: PieceMark): JobPiece {
    const parts = from.event === 0 ? [open] : [];
    let isFirst = from.event === 0;
    let bytes = 0;
    const rows = this.#statements.values.iterate(from.event, from.offset, seq, from.event);
    for (const { number, size, data } of rows as IterableIterator<ValueRow>) {
      const told = number === from.event ? from.offset : 0;
      if (told > 0 && told === size) continue;
      if (told === 0 && !isFirst) parts.push(comma);
      isFirst = false;
      const some = data.subarray(0, jobPieceBytes - bytes);
      parts.push(some);
      bytes += some.length + 1;
      if (bytes >= jobPieceBytes)
        return { bytes: Buffer.concat(parts), next: { event: number, offset: told + some.length } };
    }
    return { bytes: Buffer.concat([...parts, close]), next: null };
  }
}
