import type { HubModel } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Download as DownloadIcon, Heart, Search } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { hubSearchQuery } from "../api/queries.ts";
import { formatDay } from "../format/time.ts";
import { formatRough } from "../format/size.ts";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { Select } from "../parts/select.tsx";
import { Downloads } from "./downloads.tsx";
import { Offline } from "./offline.tsx";
import { Suggestions } from "./suggestions.tsx";

const tasks = [
  { value: "any", label: "Any task" },
  { value: "text-generation", label: "Text generation" },
  { value: "feature-extraction", label: "Embeddings" },
  { value: "text-ranking", label: "Rerank" },
];

/** Searches the hub as one types; the words and the task stand in the address. */
export function HubPage(): ReactNode {
  const { q = "", task } = useSearch({ from: "/inside/models/hub" });
  const navigate = useNavigate({ from: "/models/hub" });
  const [text, setText] = useState(q);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(
      () =>
        void navigate({
          search: ({ task }) => ({ ...(task ? { task } : {}), ...(text === "" ? {} : { q: text }) }),
          replace: true,
        }),
      300,
    );
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  return (
    <Page title="Find on the hub">
      <Downloads />
      <Card>
        <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
          <Search size={14} aria-hidden className="text-ink-3" />
          <input
            role="searchbox"
            aria-label="Search the hub"
            placeholder="Search the hub: qwen 7b gguf …"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoFocus
            className="min-h-8 min-w-0 grow basis-56 rounded bg-transparent px-1"
          />
          <div className="w-40">
            <Select
              label="Task"
              value={task ?? "any"}
              onChange={(next) =>
                void navigate({
                  search: ({ q }) => ({ ...(q ? { q } : {}), ...(next === "any" ? {} : { task: next }) }),
                  replace: true,
                })
              }
              choices={tasks}
            />
          </div>
        </div>
        <Results q={q} task={task} />
      </Card>
    </Page>
  );
}

function Results({ q, task }: { q: string; task: string | undefined }): ReactNode {
  const { data, error, refetch } = useQuery(hubSearchQuery(q, task));
  if (error !== null) {
    return failureOf(error).code === "offline" ? (
      <Offline />
    ) : (
      <div className="p-3.5">
        <Problem error={error} retry={() => void refetch()} />
      </div>
    );
  }
  if (data === undefined) return <Loading what="models on the hub" />;
  if (data.length === 0)
    return (
      <Empty title="The hub has nothing under these words">
        <p>Fewer words find more. Files that this machine runs are mostly called GGUF.</p>
      </Empty>
    );
  return (
    <>
      {q === "" && (
        <>
          <h2 className="px-3.5 pt-3 pb-1 text-sm font-[550] text-ink-2">Good to begin with</h2>
          <Suggestions />
          <h2 className="px-3.5 pt-3 pb-1 text-sm font-[550] text-ink-2">Most downloaded</h2>
        </>
      )}
      <ul>
        {data.map((model) => (
          <HubRow key={model.id} model={model} />
        ))}
      </ul>
    </>
  );
}

function HubRow({ model }: { model: HubModel }): ReactNode {
  const { id, task, downloads, likes, gated, runnable, updatedAt } = model;
  return (
    <li className="border-t border-line first:border-0">
      <Link
        to="/models/repo/$"
        params={{ _splat: id }}
        className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3.5 py-2 -outline-offset-2 hover:bg-sunk"
      >
        <span className="min-w-0 grow basis-64 font-[550] wrap-anywhere">{id}</span>
        <span className="flex flex-wrap items-center gap-x-4 text-sm text-ink-2">
          {task !== null && <span>{task}</span>}
          {gated !== false && <span className="text-warn">▲ gated</span>}
          <span className={runnable ? "text-ok" : "text-ink-3"}>
            {runnable ? "● runs here" : "○ no engine here runs it"}
          </span>
          <span className="inline-flex items-center gap-1 font-mono text-xs" title={`${downloads} downloads`}>
            <DownloadIcon size={12} aria-label="downloads" />
            {formatRough(downloads)}
          </span>
          <span className="inline-flex items-center gap-1 font-mono text-xs" title={`${likes} likes`}>
            <Heart size={12} aria-label="likes" />
            {formatRough(likes)}
          </span>
          {updatedAt !== null && <span className="font-mono text-xs text-ink-3">{formatDay(updatedAt)}</span>}
        </span>
      </Link>
    </li>
  );
}
