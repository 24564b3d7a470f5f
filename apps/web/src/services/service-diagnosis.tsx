import type { Diagnosis } from "@berth/api";
import type { ReactNode } from "react";
import { CodeBlock } from "../code/code-block.tsx";

/** What the log shows to be wrong: the lines that prove it, what to do, and the corrected command. */
export function ServiceDiagnosis({ diagnosis }: { diagnosis: Diagnosis }): ReactNode {
  const { evidence, advice, command } = diagnosis;
  return (
    <>
      {evidence.length > 0 && <LogLines label="The lines that prove it" lines={evidence} />}
      <div className="flex flex-col gap-2 px-3.5 pt-3">
        <p className="wrap-anywhere">{advice}</p>
        {command !== null && <CodeBlock code={command} language="bash" what="the corrected command" />}
      </div>
    </>
  );
}

export function LogLines({ label, lines }: { label: string; lines: readonly string[] }): ReactNode {
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="overflow-x-auto border-y border-bad/30 bg-panel px-3.5 py-2.5 text-xs leading-[1.55] -outline-offset-2"
    >
      {lines.join("\n")}
    </pre>
  );
}
