import type { EndCause } from "@berth/launchers";
import type { ServiceFacts } from "./berth-command.ts";

/** One thing that can be wrong, and how it is recognised. */
export interface Rule {
  /** A word for programs. */
  readonly kind: string;
  /** Matches each line that proves it. */
  readonly pattern: RegExp;
  /** Ends that prove it without a line. */
  readonly causes?: readonly EndCause[];
  /** `match`: of the first line; absent where only the cause tells. */
  tell(found: { readonly service: ServiceFacts; readonly match: RegExpExecArray | undefined }): {
    readonly summary: string;
    readonly advice: string;
    readonly command?: string | undefined;
  };
}
