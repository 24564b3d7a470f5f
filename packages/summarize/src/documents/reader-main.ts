/** A process that reads one message of files, answers with their text, and ends. It knows nothing else. */
import type { ErrorCode } from "@berth/api";
import { BerthError, isBerthError } from "@berth/api/error";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { readAtoms } from "./atoms.ts";
import type { Atom, DocumentFile, ReadingLimits } from "./document.ts";

export interface ReaderQuestion {
  readonly files: readonly DocumentFile[];
  readonly limits: ReadingLimits;
}

export type ReaderAnswer =
  | { readonly kind: "read"; readonly atoms: readonly Atom[] }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>> | undefined;
    };

// texts may speak of a tokenizer's marks; they are text here
const asText = { disallowedSpecial: new Set<string>() };

process.once("message", (question: ReaderQuestion) => {
  void answer(question).then((told) => process.send?.(told, () => process.disconnect()));
});

async function answer({ files, limits }: ReaderQuestion): Promise<ReaderAnswer> {
  try {
    return { kind: "read", atoms: await readAtoms(files, limits, (text) => countTokens(text, asText)) };
  } catch (error) {
    const told = isBerthError(error)
      ? error
      : new BerthError("internal", `reading failed: ${(error as Error).message}`);
    return { kind: "refused", code: told.code, message: told.message, details: told.details };
  }
}
