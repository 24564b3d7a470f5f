import type { Service } from "@berth/api";
import type { Cli } from "../cli.ts";

/** What the log shows to be wrong, the lines that prove it, and the way out; nothing where nothing is known. */
export function tellDiagnosis(cli: Cli, { diagnosis }: Service): void {
  for (const line of diagnosisLines(diagnosis)) cli.note(line);
}

export function diagnosisLines(diagnosis: Service["diagnosis"]): string[] {
  if (diagnosis === null) return [];
  const { summary, evidence, advice, command } = diagnosis;
  return [
    `What is wrong: ${summary}`,
    ...evidence.map((line) => `  | ${line}`),
    `What helps: ${advice}`,
    ...(command === null ? [] : [`  ${command}`]),
  ];
}
