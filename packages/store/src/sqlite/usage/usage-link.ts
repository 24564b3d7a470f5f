import type { RequestDetails, UsageRow } from "@berth/api";
import type {
  LedgerEntry,
  RequestFilter,
  RequestPage,
  UsageHorizon,
  UsageQuery,
  UsageStore,
} from "../../store.ts";
import { ThreadCalls } from "../thread-calls.ts";
import { EntryBytes } from "./entry-bytes.ts";
import { readDetails, readRequest } from "./read-request.ts";
import type { FromUsageThread, ToUsageThread, UsageCall } from "./usage-messages.ts";
import type { DetailsRow, RowPage } from "./usage-rows.ts";

export interface UsageLinkOptions {
  readonly path: string;
  /** The thread's program. */
  readonly thread: URL;
  /** Told of entries that were not written, and why. */
  readonly onLost: (count: number, reason: string) => void;
}

/** What is handed over may be this long under way: with a commit it stays below a second. */
const gatherMs = 200;
const batchEntries = 500;
/** Entries, and bytes of them, that may wait for the disk. */
const waitingEntries = 20_000;
const waitingBytes = 64 * 1024 * 1024;
/** Of the memory that entries were in, what is kept for the next ones. */
const keptSpaces = 2;
const keptSpaceBytes = 4 * 1024 * 1024;

interface Batch {
  readonly entries: number;
  readonly bytes: number;
}

/** The ledger as the rest of the process has it: everything is done by a thread of its own, and nobody waits for it. */
export class UsageLink implements UsageStore {
  readonly #options: UsageLinkOptions;
  readonly #thread: ThreadCalls<ToUsageThread, FromUsageThread>;
  #gathered: EntryBytes | undefined;
  readonly #spaces: ArrayBuffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Batches under way to the disk, in order. */
  #batches: Batch[] = [];
  #entries = 0;
  #bytes = 0;
  #overflowed = 0;

  constructor(options: UsageLinkOptions) {
    this.#options = options;
    this.#thread = new ThreadCalls({
      program: options.thread,
      path: options.path,
      what: "the ledger",
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => this.#lose(reason),
    });
  }

  append(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      if (this.#thread.isClosed || this.#entries >= waitingEntries || !this.#gather(entry))
        this.#overflowed += 1;
    }
    if ((this.#gathered?.entries ?? 0) >= batchEntries) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), gatherMs);
  }

  /** Returns whether there is room for it. One that cannot be handed over is told to be lost. */
  #gather(entry: LedgerEntry): boolean {
    let json: string;
    try {
      json = JSON.stringify(entry);
    } catch (error) {
      this.#options.onLost(1, `they cannot be handed over: ${String(error)}`);
      return true;
    }
    if (this.#bytes + json.length > waitingBytes) return false;
    this.#gathered ??= new EntryBytes(this.#spaceLeft());
    const before = this.#gathered.length;
    this.#gathered.add(json);
    this.#entries += 1;
    this.#bytes += this.#gathered.length - before;
    return true;
  }

  async listRequests(filter: RequestFilter): Promise<RequestPage> {
    const { rows, next } = (await this.#call({ verb: "listRequests", args: [filter] })) as RowPage;
    return { records: rows.map(readRequest), next };
  }

  async getRequest(id: string): Promise<RequestDetails | undefined> {
    const row = (await this.#call({ verb: "getRequest", args: [id] })) as DetailsRow | undefined;
    return row === undefined ? undefined : readDetails(row);
  }

  groupUsage(query: UsageQuery): Promise<readonly UsageRow[]> {
    return this.#call({ verb: "groupUsage", args: [query] }) as Promise<readonly UsageRow[]>;
  }

  async purge(horizon: UsageHorizon): Promise<void> {
    await this.#call({ verb: "purge", args: [horizon] });
  }

  /** As `Maintenance.backup`. */
  backup(target: string): Promise<{ readonly sizeBytes: number }> {
    return this.#call({ verb: "backup", args: [target] }) as Promise<{ readonly sizeBytes: number }>;
  }

  /** As `Maintenance.check`. */
  async check(): Promise<readonly string[]> {
    // it takes long where there is much: by another thread, so that writing goes on
    const reader = new UsageLink(this.#options);
    try {
      return (await reader.#call({ verb: "check", args: [] })) as readonly string[];
    } finally {
      await reader.close();
    }
  }

  /** Resolves when everything that was handed over is written. */
  async close(): Promise<void> {
    if (this.#thread.isClosed) return;
    this.#send();
    await this.#thread.close((id) => ({ kind: "call", id, call: { verb: "close", args: [] } }));
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#overflowed > 0) {
      this.#options.onLost(this.#overflowed, "they came faster than the disk takes them");
      this.#overflowed = 0;
    }
    const gathered = this.#gathered;
    if (gathered === undefined) return;
    this.#gathered = undefined;
    const batch = { entries: gathered.entries, bytes: gathered.length };
    const entries = gathered.take();
    try {
      this.#thread.post({ kind: "append", entries }, [entries.buffer]);
      this.#batches.push(batch);
    } catch (error) {
      // a timer calls this: what is thrown here would end the process
      this.#forget(batch, batch.entries, `they cannot be handed over: ${String(error)}`);
    }
  }

  /** What was handed over before is seen by whoever asks after. */
  #call(call: UsageCall): Promise<unknown> {
    this.#send();
    return this.#thread.ask((id) => ({ kind: "call", id, call }));
  }

  #spaceLeft(): Buffer | undefined {
    const space = this.#spaces.pop();
    return space === undefined ? undefined : Buffer.from(space);
  }

  #receive(message: FromUsageThread): void {
    switch (message.kind) {
      case "appended":
        if (this.#spaces.length < keptSpaces && message.space.byteLength <= keptSpaceBytes)
          this.#spaces.push(message.space);
        return this.#settle(message.lost, message.error?.message ?? "");
      case "answered":
        return this.#thread.settle(message.answer);
    }
  }

  /** The oldest batch is done with; of it, so many were lost. */
  #settle(lost: number, reason: string): void {
    const batch = this.#batches.shift();
    if (batch !== undefined) this.#forget(batch, lost, reason);
  }

  #forget({ entries, bytes }: Batch, lost: number, reason: string): void {
    this.#entries -= entries;
    this.#bytes -= bytes;
    if (lost > 0) this.#options.onLost(lost, reason);
  }

  /** What was under way to the disk was not written, as far as anybody knows. */
  #lose(reason: string): void {
    for (let [batch] = this.#batches; batch !== undefined; [batch] = this.#batches)
      this.#settle(batch.entries, reason);
  }
}
