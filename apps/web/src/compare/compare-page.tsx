import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Ellipsis, Eraser, FileJson, FileText, Plus, SlidersHorizontal } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { callableQuery, servicesQuery } from "../api/queries.ts";
import { Composer } from "../chat/composer.tsx";
import { modelsToCall, type ModelToCall } from "../chat/models-to-call.ts";
import { formatDay } from "../format/time.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Menu } from "../parts/menu.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { Heading, useTitle } from "../parts/page.tsx";
import { saveFile } from "../parts/save-file.ts";
import { toast } from "../parts/toasts.ts";
import { useStore } from "../state/store.ts";
import { readStored, writeStored } from "../state/stored.ts";
import { addressWord, enoughModels, fewestColumns, mostColumns, namedModels, nextModel } from "./columns.ts";
import { CompareColumn } from "./compare-column.tsx";
import { CompareSettings, everyColumn } from "./compare-settings.tsx";
import { CompareNobody, CompareStart } from "./compare-start.tsx";
import {
  addColumn,
  askAll,
  comparison,
  forgetAnswers,
  showModels,
  stopAll,
  type Comparison,
} from "./comparison.ts";
import { comparisonJson, comparisonMarkdown } from "./comparison-files.ts";
import { VoteTally } from "./vote-tally.tsx";

const everybody: Readonly<Record<number, string>> = {
  2: "both",
  3: "all three",
  4: "all four",
  5: "all five",
  6: "all six",
};

/** How the columns stand beside one another: as evenly as the room lets them. */
const grids: Readonly<Record<number, string>> = {
  2: "@min-[640px]:grid-cols-2",
  3: "@min-[640px]:grid-cols-2 @min-[960px]:grid-cols-3",
  4: "@min-[640px]:grid-cols-2 @min-[1400px]:grid-cols-4",
  5: "@min-[640px]:grid-cols-2 @min-[960px]:grid-cols-3 @min-[1700px]:grid-cols-5",
  6: "@min-[640px]:grid-cols-2 @min-[960px]:grid-cols-3 @min-[2000px]:grid-cols-6",
};

/** One question to several models, and their answers side by side. */
export function ComparePage(): ReactNode {
  useTitle("Compare");
  const services = useQuery(servicesQuery);
  const callable = useQuery(callableQuery);
  if (services.data !== undefined && callable.data !== undefined)
    return <Comparing models={modelsToCall(callable.data, services.data)} />;
  const failed = services.error === null ? callable : services;
  return (
    <div className="p-3.5">
      {failed.error === null ? (
        <Loading what="the models" />
      ) : (
        <Problem error={failed.error} retry={() => void failed.refetch()} />
      )}
    </div>
  );
}

function Comparing({ models }: { models: readonly ModelToCall[] }): ReactNode {
  const now = useStore(comparison);
  const { columns } = now;
  const [settingsOf, setSettingsOf] = useState<string>();
  useColumnsOfAddress(models);
  if (columns.length === 0) return models.length === 0 ? <CompareNobody /> : <Loading what="the columns" />;
  const busy = columns.some(({ live }) => live !== undefined);
  const begun = columns.some(({ messages }) => messages.length > 0);
  const next =
    columns.length < mostColumns
      ? nextModel(
          columns.map(({ model }) => model),
          models,
        )
      : undefined;
  return (
    <div className="flex h-[calc(100dvh-48px)] flex-col md:h-dvh">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-1.5 md:px-6.5">
        <Heading>Compare</Heading>
        <VoteTally />
        <span className="grow" />
        <div className="flex items-center gap-1.5">
          <Button onClick={() => next !== undefined && addColumn(next)} disabled={next === undefined}>
            <Plus size={14} aria-hidden />
            Add a column
          </Button>
          <IconButton label="Settings of all columns" onClick={() => setSettingsOf(everyColumn)}>
            <SlidersHorizontal size={16} aria-hidden />
          </IconButton>
          <WhatToDo now={now} begun={begun} />
        </div>
      </header>
      <div className="@container flex min-h-0 grow flex-col overflow-y-auto">
        {!begun && <CompareStart models={models} onAsk={askAll} />}
        <div
          className={classNames(
            "grid grow gap-3 p-3.5 md:auto-rows-[minmax(340px,1fr)] md:px-6.5",
            grids[columns.length],
          )}
        >
          {columns.map((column, index) => (
            <CompareColumn
              key={column.id}
              column={column}
              number={index + 1}
              models={models}
              best={now.best}
              canGo={columns.length > fewestColumns}
              onSettings={setSettingsOf}
            />
          ))}
        </div>
      </div>
      <Composer
        conversationId={undefined}
        busy={busy}
        canSend
        placeholder={`Ask ${everybody[columns.length] ?? ""} …`}
        stop="Stop all"
        onSend={ask}
        onStop={stopAll}
      />
      <CompareSettings of={settingsOf} onClose={() => setSettingsOf(undefined)} />
    </div>
  );
}

async function ask(text: string): Promise<void> {
  askAll(text);
}

/** The address says which columns there are, and follows when they change; without a word of it, those of before. */
function useColumnsOfAddress(models: readonly ModelToCall[]): void {
  const { m: word } = useSearch({ from: "/inside/compare" });
  const navigate = useNavigate();
  const shown = addressWord(useStore(comparison).columns);
  const wanted = word ?? (shown === "" ? readStored("compare-columns", readWord) : shown);
  const names = enoughModels(namedModels(wanted), models).join(",");
  useEffect(() => showModels(namedModels(names)), [names]);
  useEffect(() => {
    const follow = (): void => {
      const next = addressWord(comparison.get().columns);
      if (next === "" || next === word) return;
      writeStored("compare-columns", next);
      void navigate({ to: "/compare", search: { m: next }, replace: true });
    };
    follow();
    return comparison.subscribe(follow);
  }, [word, navigate]);
}

function WhatToDo({ now, begun }: { now: Comparison; begun: boolean }): ReactNode {
  const name = `comparison-${formatDay(Date.now())}`;
  return (
    <Menu
      trigger={
        <IconButton label="What to do with this comparison" disabled={!begun}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
      actions={[
        {
          title: "Save as Markdown",
          Icon: FileText,
          run: () => saveFile(`${name}.md`, "text/markdown", comparisonMarkdown(now, Date.now())),
        },
        {
          title: "Save as JSON",
          Icon: FileJson,
          run: () => saveFile(`${name}.json`, "application/json", comparisonJson(now, Date.now())),
        },
        {
          title: "Empty the columns",
          Icon: Eraser,
          danger: true,
          run: () =>
            toast({
              title: "The columns are empty.",
              action: { label: "Undo", run: forgetAnswers() },
            }),
        },
      ]}
    />
  );
}

function readWord(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
