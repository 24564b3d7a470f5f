import type { HubRepo } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { downloadsQuery, hubRepoQuery, modelsQuery } from "../api/queries.ts";
import { formatBytes, formatRough } from "../format/size.ts";
import { buttonClass } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Loading, Notice, Problem } from "../parts/notice.tsx";
import { Card, Heading, Page } from "../parts/page.tsx";
import { Select } from "../parts/select.tsx";
import { DownloadRow } from "./downloads.tsx";
import { Gated } from "./gated.tsx";
import { Offline } from "./offline.tsx";
import { RepoVariants } from "./repo-variants.tsx";

export function HubRepoPage(): ReactNode {
  const { _splat: repo = "" } = useParams({ from: "/inside/models/repo/$" });
  const { revision } = useSearch({ from: "/inside/models/repo/$" });
  const { data, error, refetch } = useQuery(hubRepoQuery(repo, revision));
  const code = error === null ? undefined : failureOf(error).code;
  return (
    <Page
      title={repo}
      heading={
        <>
          <Heading>{repo}</Heading>
          <CopyButton text={repo} what="the name" />
        </>
      }
    >
      {data === undefined && error === null && (
        <Card>
          <Loading what="the repository" />
        </Card>
      )}
      {error !== null && code === "offline" && (
        <Card>
          <Offline />
        </Card>
      )}
      {error !== null && code === "gated_model" && <Gated repo={repo} message={failureOf(error).message} />}
      {error !== null && code !== "offline" && code !== "gated_model" && (
        <Problem error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <Repo repo={data} revision={revision} />}
    </Page>
  );
}

function Repo({ repo, revision }: { repo: HubRepo; revision: string | undefined }): ReactNode {
  const navigate = useNavigate({ from: "/models/repo/$" });
  const refs = [...repo.branches, ...repo.tags];
  return (
    <div className="flex flex-col gap-4">
      {repo.gated !== false && <Gated repo={repo.id} />}
      {!repo.runnable && (
        <Notice look="warn" title="No engine here runs these files">
          <p className="text-ink-2">
            Look for the same model with <b>GGUF</b> in its name; the files can be downloaded all the same.
          </p>
        </Notice>
      )}
      <CurrentDownloads repo={repo.id} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(260px,1fr)]">
        <Card title="Choose a variant" aside={repo.task ?? undefined}>
          <RepoVariants repo={repo} revision={revision} />
        </Card>
        <Card title="About">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-3.5 py-3">
            <dt className="text-ink-3">Licence</dt>
            <dd>{repo.licence ?? "not said"}</dd>
            <dt className="text-ink-3">Downloads</dt>
            <dd>{formatRough(repo.downloads)}</dd>
            <dt className="text-ink-3">Commit</dt>
            <dd className="font-mono text-sm wrap-anywhere">{repo.revision}</dd>
            {refs.length > 1 && (
              <>
                <dt className="pt-1.5 text-ink-3">Revision</dt>
                <dd>
                  <Select
                    label="Revision"
                    value={revision ?? "main"}
                    onChange={(next) =>
                      void navigate({ search: next === "main" ? {} : { revision: next }, replace: true })
                    }
                    choices={refs.map((ref) => ({ value: ref, label: ref }))}
                  />
                </dd>
              </>
            )}
          </dl>
          <details className="border-t border-line px-3.5 py-2">
            <summary className="rounded py-0.5 text-ink-2">
              {repo.files.length === 1 ? "One file" : `${repo.files.length} files`}
            </summary>
            <ul className="max-h-80 overflow-y-auto pt-1" tabIndex={0} aria-label="Files">
              {repo.files.map((file) => (
                <li key={file.path} className="flex justify-between gap-3 py-0.5 font-mono text-xs">
                  <span className="min-w-0 wrap-anywhere">{file.path}</span>
                  <span className="shrink-0 text-ink-3">{formatBytes(file.sizeBytes)}</span>
                </li>
              ))}
            </ul>
          </details>
        </Card>
      </div>
    </div>
  );
}

/** Downloads of this repository that go on, and its models that are here already. */
function CurrentDownloads({ repo }: { repo: string }): ReactNode {
  const downloads = (useQuery(downloadsQuery).data ?? []).filter((one) => one.repo === repo);
  const installed = (useQuery(modelsQuery).data ?? []).filter(
    (one) => one.repo === repo && one.status === "ready",
  );
  if (downloads.length === 0 && installed.length === 0) return null;
  return (
    <Card>
      {downloads.map((one) => (
        <div key={one.id} className="border-b border-line px-3.5 py-3 last:border-0">
          <DownloadRow download={one} />
        </div>
      ))}
      {installed.map((model) => (
        <div
          key={model.id}
          className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3.5 py-2 last:border-0"
        >
          <span className="grow text-ok">● Installed</span>
          <span className="font-mono text-sm text-ink-2">
            {[model.facts?.quantisation, formatBytes(model.sizeBytes), model.profile]
              .filter(Boolean)
              .join(" · ")}
          </span>
          <Link to="/services/new" search={{ model: model.id }} className={buttonClass("primary")}>
            Start it
          </Link>
        </div>
      ))}
    </Card>
  );
}
