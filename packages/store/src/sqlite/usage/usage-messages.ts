import type { ThreadAnswer } from "../thread-calls.ts";
import type { ToldError } from "../told-error.ts";
import type { UsageDatabase } from "./usage-database.ts";

/** What the ledger's thread is asked for, with an answer. */
export type UsageCall =
  | { readonly verb: "listRequests"; readonly args: Parameters<UsageDatabase["listRequests"]> }
  | { readonly verb: "getRequest"; readonly args: Parameters<UsageDatabase["getRequest"]> }
  | { readonly verb: "groupUsage"; readonly args: Parameters<UsageDatabase["groupUsage"]> }
  | { readonly verb: "purge"; readonly args: Parameters<UsageDatabase["purgeSome"]> }
  | { readonly verb: "backup"; readonly args: Parameters<UsageDatabase["backup"]> }
  | { readonly verb: "check"; readonly args: readonly [] }
  | { readonly verb: "close"; readonly args: readonly [] };

export type ToUsageThread =
  /** As `EntryBytes` has them; whoever gets them owns them. */
  | { readonly kind: "append"; readonly entries: Uint8Array<ArrayBuffer> }
  | { readonly kind: "call"; readonly id: number; readonly call: UsageCall };

export type FromUsageThread =
  /** The batches are answered in order. */
  | {
      readonly kind: "appended";
      readonly lost: number;
      readonly error: ToldError | undefined;
      /** Where the entries were, for the next ones. */
      readonly space: ArrayBuffer;
    }
  | { readonly kind: "answered"; readonly answer: ThreadAnswer };
