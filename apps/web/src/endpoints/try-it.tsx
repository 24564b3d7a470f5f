import type { Endpoint } from "@berth/api";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { CodeBlock } from "../code/code-block.tsx";
import { formatSpan } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { Notice } from "../parts/notice.tsx";
import { State } from "../parts/state.tsx";
import { readable } from "../requests/kept-call.ts";
import { exampleCall } from "../snippets/example-call.ts";
import { callPath, type Answer } from "./call-path.ts";
import { exampleInput, exampleTask } from "./example-task.ts";

/** Calls the endpoint from here, or queues the call as a job. */
export function TryIt({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { id, name, owner, configuration, paths, status } = endpoint;
  const task = exampleTask(configuration.template);
  const isChat = task === "text-generation" && configuration.template !== null;
  const [path, setPath] = useState(isChat ? "/v1/chat/completions" : "/predict");
  const [body, setBody] = useState(() =>
    JSON.stringify(
      isChat ? { model: `${owner}/${name}`, ...exampleCall(name, task).body } : exampleInput(task),
      null,
      2,
    ),
  );
  const fault = jsonFault(body);
  const call = useCall();
  const queue = useQueueing(id);
  const base = paths.predict.replace(/\/predict$/, "");
  const onlyJobs = configuration.template === null;
  const unready = onlyJobs
    ? "Nothing answers here at once: workers of your own take the jobs."
    : status === "CREATED" || status === "FAILED"
      ? "Deploy it first: nothing answers yet."
      : status === "PAUSED"
        ? "It is paused: calls are refused, jobs wait."
        : status === "SCALED_DOWN"
          ? "No replica runs: the call starts one and is held until it is ready."
          : undefined;
  return (
    <form
      className="flex flex-col gap-3 p-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        call.run(`${base}${path}`, body);
      }}
    >
      <div className={fieldColumns}>
        <TextInput label="Path" value={path} onChange={setPath} hint={`Under ${base}`} />
      </div>
      <Field label="Body" error={fault}>
        {(ids) => (
          <textarea
            {...ids}
            rows={6}
            spellCheck={false}
            className="field font-mono text-sm"
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        )}
      </Field>
      {unready !== undefined && <p className="text-sm text-ink-2">{unready}</p>}
      <div className="flex flex-wrap gap-2">
        {call.isRunning ? (
          <Button onClick={call.stop}>Stop</Button>
        ) : (
          <Button type="submit" look="primary" disabled={fault !== undefined || onlyJobs}>
            Call it
          </Button>
        )}
        <Button
          disabled={fault !== undefined || queue.isPending}
          onClick={() => queue.mutate({ path, input: JSON.parse(body) as unknown })}
        >
          Queue it as a job
        </Button>
      </div>
      {queue.error !== null && <Notice look="bad" title={failureOf(queue.error).message} />}
      {call.failure !== undefined && <Notice look="bad" title={call.failure} />}
      {call.answer !== undefined && <AnswerView answer={call.answer} />}
    </form>
  );
}

function AnswerView({ answer }: { answer: Answer }): ReactNode {
  const { status, contentType, text, tookMs, isWhole } = answer;
  const good = status < 400;
  const shown = isWhole ? readable(text) : text;
  return (
    <div role="status" aria-label="Answer">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-3 text-sm text-ink-2">
        <State tone={good ? "ok" : "bad"} shape={good ? "●" : "✕"} word={String(status)} />
        <span>{isWhole ? formatSpan(tookMs) : `${formatSpan(tookMs)} …`}</span>
        <span className="font-mono text-xs">{contentType}</span>
      </p>
      <div className="max-h-120 overflow-y-auto rounded-lg border border-line">
        <CodeBlock bare code={shown} language={shown === text ? "text" : "json"} what="the answer" />
      </div>
    </div>
  );
}

function useCall() {
  const [answer, setAnswer] = useState<Answer>();
  const [failure, setFailure] = useState<string>();
  const [running, setRunning] = useState<AbortController>();
  const last = useRef<AbortController>(undefined);
  useEffect(() => () => last.current?.abort(), []);
  return {
    answer,
    failure,
    isRunning: running !== undefined,
    stop: () => running?.abort(),
    run: (path: string, body: string): void => {
      const leave = new AbortController();
      last.current = leave;
      setRunning(leave);
      setAnswer(undefined);
      setFailure(undefined);
      callPath(path, body, leave.signal, setAnswer)
        .catch((error: unknown) => {
          if (!leave.signal.aborted)
            setFailure(error instanceof Error ? `The server does not answer: ${error.message}` : "unknown");
        })
        .finally(() => setRunning(undefined));
    },
  };
}

function useQueueing(id: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { path: string; input: unknown }) => client.submitJob({ params: { id }, body }),
    onSuccess: (job) => void navigate({ to: "/jobs/$id", params: { id: job.id } }),
    meta: { toldInPlace: true },
  });
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? `This is no JSON: ${error.message}` : "This is no JSON.";
  }
}
