import type { CreateService, Image, LaunchPreview } from "@berth/api";
import type { ReactNode } from "react";
import { CodeBlock } from "../code/code-block.tsx";
import { formatMiB } from "../format/size.ts";
import { formatExpected, formatRoughSpan } from "../format/time.ts";
import { Notice } from "../parts/notice.tsx";
import { Progress } from "../parts/progress.tsx";
import { useNow } from "../state/now.ts";
import { commandText } from "./command-text.ts";
import { runCommand } from "./run-command.ts";

/** What pressing the button would do, before it is pressed. */
export function PreviewPanel({
  preview,
  body,
  image,
}: {
  preview: LaunchPreview;
  /** What the form asks for. */
  body: CreateService;
  /** What kind of service the model makes, as `berth run` names it. */
  image: Image | undefined;
}): ReactNode {
  const { argv, env, files, warnings, steps, revision, revisionReason, engine, name, model } = preview;
  const { jobScript } = preview;
  // the script is also one of the files that are put there: once is enough
  const scriptFile = files.find(({ content }) => content === jobScript);
  return (
    <div className="flex flex-col gap-3 p-3.5">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact name="Name">{name}</Fact>
        {model !== null && <Fact name="Model">{model}</Fact>}
        {revision !== null && (
          <Fact name="Revision">
            <span className="font-mono text-sm">{revision}</span>
            {revisionReason !== null && <span className="block text-sm text-ink-3">{revisionReason}</span>}
          </Fact>
        )}
        <Fact name="Engine">{engine}</Fact>
        {preview.expectedStartAt !== null && (
          <Fact name="Starts">
            <ExpectedStart at={preview.expectedStartAt} />
          </Fact>
        )}
      </dl>
      <Memory memory={preview.memory} />
      {warnings.map((warning) => (
        <Notice key={warning} look="warn" title={warning} />
      ))}
      {steps.length > 0 && (
        <Part title="Steps">
          <ol className="list-decimal pl-5 text-ink-2">
            {steps.map((step) => (
              <li key={step} className="wrap-anywhere">
                {step}
              </li>
            ))}
          </ol>
        </Part>
      )}
      {jobScript !== null && (
        <Part title={scriptFile === undefined ? "Job script" : `Job script ${fileTitle(scriptFile)}`}>
          <CodeBlock code={jobScript} language="bash" what="the job script" />
        </Part>
      )}
      <Part title="Command">
        <CodeBlock code={commandText(argv, env)} language="bash" what="the command" />
      </Part>
      {files
        .filter((file) => file !== scriptFile)
        .map((file) => (
          <Part key={file.path} title={`File ${fileTitle(file)}`}>
            <CodeBlock
              code={file.content}
              language={file.path.split(".").at(-1) ?? "text"}
              what={`the file ${file.path}`}
            />
          </Part>
        ))}
      <Part title="The same from a terminal">
        <CodeBlock code={runCommand(body, preview, image)} language="bash" what="the berth command" />
      </Part>
    </div>
  );
}

function fileTitle({ path, mode }: LaunchPreview["files"][number]): string {
  return `${path}, mode ${mode}`;
}

function ExpectedStart({ at }: { at: number }): ReactNode {
  const now = useNow();
  const leftMs = at - now;
  return (
    <>
      {leftMs < 60_000
        ? "within a minute"
        : `about ${formatExpected(at, now)}, in ${formatRoughSpan(leftMs)}`}
      <span className="block text-sm text-ink-3">
        The scheduler's own estimate; it may be sooner or later.
      </span>
    </>
  );
}

function Memory({ memory: { neededMiB, freeMiB, fits } }: { memory: LaunchPreview["memory"] }): ReactNode {
  if (neededMiB === null) return null;
  return (
    <div>
      <p className="mb-1 flex flex-wrap justify-between gap-x-3">
        <span>
          Needs about <b className="font-[550]">{formatMiB(neededMiB)}</b>
          <span className="text-ink-2"> of {formatMiB(freeMiB)} free</span>
        </span>
        <span className={fits ? "text-ok" : "text-bad"}>{fits ? "● fits" : "✕ does not fit"}</span>
      </p>
      <Progress fraction={freeMiB === 0 ? 1 : neededMiB / freeMiB} label="Memory needed of what is free" />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-sm font-[550] wrap-anywhere text-ink-2">{title}</h3>
      {children}
    </div>
  );
}
