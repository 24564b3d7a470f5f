import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { callableQuery, servicesQuery } from "../api/queries.ts";
import { GrowingText } from "../chat/answer-text.tsx";
import { ModelChoice } from "../chat/model-choice.tsx";
import { firstChoice, modelsToCall, type ModelToCall } from "../chat/models-to-call.ts";
import { formatSpan } from "../format/time.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { Empty, Loading, Notice, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { DocumentSource } from "./document-source.tsx";
import { SummaryProgress } from "./summary-progress.tsx";
import { SummaryView } from "./summary-view.tsx";
import { useSummary } from "./use-summary.ts";

const usualParallel = 10;
const mostParallel = 64;

/** Makes one text of documents, or answers a question from them. */
export function SummarizePage(): ReactNode {
  const callable = useQuery(callableQuery);
  const services = useQuery(servicesQuery);
  const models = modelsToCall(callable.data ?? [], services.data ?? []);
  return (
    <Page title="Summarize">
      {callable.data === undefined ? (
        callable.error === null ? (
          <Card>
            <Loading what="models" />
          </Card>
        ) : (
          <Problem error={callable.error} retry={() => void callable.refetch()} />
        )
      ) : models.length === 0 ? (
        <NobodyReads />
      ) : (
        <Desk models={models} />
      )}
    </Page>
  );
}

function Desk({ models }: { models: readonly ModelToCall[] }): ReactNode {
  const { model: wanted } = useSearch({ from: "/inside/summarize" });
  const navigate = useNavigate({ from: "/summarize" });
  const [files, setFiles] = useState<readonly File[]>([]);
  const [question, setQuestion] = useState("");
  const [parallel, setParallel] = useState(String(usualParallel));
  const { state, run, cancel } = useSummary();
  const model = wanted ?? firstChoice(models, undefined);
  const streams = Number(parallel);
  const isWhole = Number.isInteger(streams) && streams >= 1 && streams <= mostParallel;
  const running = state.kind === "running";
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(320px,5fr)_minmax(0,7fr)]">
      <Card>
        <div className="flex flex-col gap-3.5 p-3.5">
          <DocumentSource files={files} onChange={setFiles} disabled={running} />
          <Field label="Question" hint="Answered from the documents. Left empty, they are summarised.">
            {(ids) => (
              <textarea
                {...ids}
                rows={2}
                value={question}
                onChange={(event) => setQuestion(event.target.value)}
                className="field"
              />
            )}
          </Field>
          <div>
            <p className="mb-1 text-sm font-[550] text-ink-2">Model</p>
            <ModelChoice
              models={models}
              value={model}
              onChange={(name) => void navigate({ search: { model: name }, replace: true })}
            />
          </div>
          <Field
            label="Calls at once"
            error={isWhole ? undefined : `Give a whole number from 1 to ${mostParallel}.`}
          >
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                value={parallel}
                onChange={(event) => setParallel(event.target.value)}
                className="field w-24"
              />
            )}
          </Field>
          {running ? (
            <Button className="self-start" onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button
              look="primary"
              className="self-start"
              disabled={files.length === 0 || model === undefined || !isWhole}
              onClick={() => {
                if (model !== undefined) run({ files, model, parallel: streams, question });
              }}
            >
              {question.trim() === "" ? "Summarize" : "Ask"}
            </Button>
          )}
        </div>
      </Card>
      <Card
        title="Result"
        aside={state.kind === "done" ? `written in ${formatSpan(state.result.durationMs)}` : undefined}
      >
        {state.kind === "none" && (
          <Empty title="Nothing is read yet">
            Choose documents. They are read in parts, many at once, and what is written about each part
            becomes one text. No file is kept.
          </Empty>
        )}
        {state.kind === "running" && <SummaryProgress since={state.since} progress={state.progress} />}
        {(state.kind === "failed" || state.kind === "cancelled") && (
          <div className="p-3.5">
            <Notice
              look={state.kind === "failed" ? "bad" : "plain"}
              title={state.kind === "failed" ? state.reason : "Cancelled by you."}
            />
          </div>
        )}
        {"text" in state && state.text !== "" && (
          <div className="px-3.5 py-3">
            <GrowingText text={state.text} />
          </div>
        )}
        {state.kind === "done" && <SummaryView result={state.result} />}
      </Card>
    </div>
  );
}

function NobodyReads(): ReactNode {
  return (
    <Card>
      <Empty title="Nothing runs that could read">
        <p>Any model that chats can summarise.</p>
        <p className="mt-4">
          <Link to="/services/new" className={buttonClass("primary")}>
            Start a service
          </Link>
        </p>
      </Empty>
    </Card>
  );
}
