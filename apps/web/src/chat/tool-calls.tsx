import { Wrench } from "lucide-react";
import { useState, type ReactNode } from "react";
import { CodeBlock } from "../code/code-block.tsx";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import type { ToolCall } from "./answer.ts";
import type { ToolResult } from "./conversation.ts";

/** One call that an answer asked for, and its result once there is one. */
export function ToolCallCard({
  call,
  result,
  growing = false,
}: {
  call: ToolCall;
  result?: string | undefined;
  growing?: boolean;
}): ReactNode {
  return (
    <section
      aria-label={`Call of ${call.name}`}
      className="mt-2 overflow-hidden rounded-lg border border-line"
    >
      <p className="flex items-center gap-2 border-b border-line bg-sunk px-3 py-1.5 text-sm">
        <Wrench size={13} aria-hidden className="text-ink-3" />
        Calls <b className="font-mono font-[550] wrap-anywhere">{call.name}</b>
        {growing && <span className="pulse text-ink-3">writing …</span>}
      </p>
      <CodeBlock bare code={pretty(call.arguments)} language="json" what="the arguments" />
      {result !== undefined && (
        <div className="border-t border-line px-3.5 py-2">
          <p className="text-sm text-ink-3">Result</p>
          <pre className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{result}</pre>
        </div>
      )}
    </section>
  );
}

/** Asks the person for what the tools would have answered: the console runs no tools itself. */
export function ToolResults({
  calls,
  onGive,
}: {
  calls: readonly ToolCall[];
  onGive: (results: readonly ToolResult[]) => void;
}): ReactNode {
  const [results, setResults] = useState<Readonly<Record<string, string>>>({});
  const whole = calls.every(({ id }) => (results[id] ?? "").trim() !== "");
  return (
    <form
      className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        onGive(calls.map(({ id }) => ({ id, content: results[id] ?? "" })));
      }}
    >
      <p className="text-sm text-ink-2">
        The console runs no tools. Write what they would answer, and the model goes on.
      </p>
      {calls.map(({ id, name }) => (
        <Field key={id} label={`Result of ${name}`}>
          {(ids) => (
            <textarea
              {...ids}
              rows={2}
              className="field font-mono text-sm"
              value={results[id] ?? ""}
              onChange={(event) => setResults({ ...results, [id]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Button type="submit" className="self-start" disabled={!whole}>
        Give the results
      </Button>
    </form>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    // still being written, or not JSON: shown as it is
    return json;
  }
}
