import type { Diagnosis, RunnerExit } from "@berth/api";
import type { EndCause } from "@berth/launchers";
import type { ServiceFacts } from "./berth-command.ts";
import type { Rule } from "./rule.ts";
import { hubRules } from "./hub-rules.ts";
import { gpuRules } from "./gpu-rules.ts";
import { memoryRules } from "./memory-rules.ts";
import { optionRules } from "./option-rules.ts";
import { placeRules } from "./place-rules.ts";

export interface Symptoms {
  readonly service: ServiceFacts;
  readonly exit: Pick<RunnerExit, "exitCode" | "signal" | "reason" | "logTail">;
  readonly cause: EndCause | undefined;
}

/** What is most particular stands first: a model that is too long for its GPU tells of memory, too. */
const rules: readonly Rule[] = [...optionRules, ...hubRules, ...gpuRules, ...memoryRules, ...placeRules];

const shownLines = 4;
const longestLine = 500;
/** Beyond it nothing telling stands, and a made-up line could keep the patterns busy for minutes. */
const readLength = 2000;

/**
 * What the end of a log shows to be wrong; `null` where it shows nothing that is known. A guess by the words of other
 * people's programs, which change: it never decides what happens to a service.
 */
export function diagnose(symptoms: Symptoms): Diagnosis | null {
  const { exit, service, cause } = symptoms;
  const lines = [...exit.logTail, exit.reason].map((line) => line.slice(0, readLength));
  for (const rule of rules) {
    const found = lines.flatMap((line) => {
      const match = rule.pattern.exec(line);
      return match === null ? [] : [{ line, match }];
    });
    const [first] = found;
    const isCaused = cause !== undefined && rule.causes?.includes(cause) === true;
    if (first === undefined && !isCaused) continue;
    const told = rule.tell({ service, match: first?.match });
    return {
      kind: rule.kind,
      summary: told.summary,
      evidence: [...new Set(found.map(({ line }) => line.slice(0, longestLine)))].slice(0, shownLines),
      advice: told.advice,
      command: told.command ?? null,
    };
  }
  return null;
}
