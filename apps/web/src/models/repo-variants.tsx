import type { CreateDownload, DownloadMeans, HubRepo, HubVariant } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { profilesQuery, systemQuery } from "../api/queries.ts";
import { formatBytes, formatMiB } from "../format/size.ts";
import { Button } from "../parts/button.tsx";
import { Empty, Problem } from "../parts/notice.tsx";
import { Select, type Choice } from "../parts/select.tsx";

/** The choices of files a repository offers, each with its size and memory need, and the way to have it. */
export function RepoVariants({ repo, revision }: { repo: HubRepo; revision: string | undefined }): ReactNode {
  const system = useQuery(systemQuery).data;
  const freeMiB = system?.memory.freeMiB;
  // only with a token can the hub tell whether its owner has accepted the terms
  const closed = repo.gated !== false && system?.hub.hasToken !== true;
  const profiles = (useQuery(profilesQuery).data ?? []).filter((one) => one.status === "ready");
  const [profile, setProfile] = useState("");
  const [means, setMeans] = useState<DownloadMeans>("login-node");
  const target = profiles.find((one) => (profile === "" ? one.default : one.name === profile));
  const onCluster = target?.schema === "slurm";
  const download = useDownload({
    repo: repo.id,
    ...(revision === undefined ? {} : { revision }),
    ...(profile === "" ? {} : { profile }),
    ...(onCluster && means === "slurm-job" ? { asJob: true } : {}),
    ...(onCluster && means === "staged" ? { stage: true } : {}),
  });
  if (repo.variants.length === 0)
    return (
      <Empty title="Nothing in it can be served">The repository has no weights in a form Berth knows.</Empty>
    );
  return (
    <>
      {profiles.length > 1 && (
        <div className="flex flex-wrap items-center gap-2 border-b border-line px-3.5 py-2">
          <span className="text-sm text-ink-2">Download to</span>
          <div className="w-44">
            <Select
              label="Profile"
              value={profile === "" ? (profiles.find((one) => one.default)?.name ?? "") : profile}
              onChange={setProfile}
              choices={profiles.map((one) => ({ value: one.name, label: one.name }))}
            />
          </div>
          {onCluster && (
            <div className="w-60">
              <Select
                label="How"
                value={means}
                onChange={(next) => setMeans(next as DownloadMeans)}
                choices={meansChoices}
              />
            </div>
          )}
        </div>
      )}
      <ul>
        {repo.variants.map((variant) => (
          <VariantRow
            key={variant.name}
            variant={variant}
            freeMiB={onCluster ? undefined : freeMiB}
            disabled={download.isPending || closed}
            onDownload={() => download.mutate(variant.name)}
          />
        ))}
      </ul>
      {download.error !== null && (
        <div className="border-t border-line p-3.5">
          <Problem error={download.error} />
        </div>
      )}
    </>
  );
}

function VariantRow({
  variant: { name, sizeBytes, estimatedMemoryMiB, recommended, files },
  freeMiB,
  disabled,
  onDownload,
}: {
  variant: HubVariant;
  freeMiB: number | undefined;
  disabled: boolean;
  onDownload: () => void;
}): ReactNode {
  const fits =
    estimatedMemoryMiB === null || freeMiB === undefined ? undefined : estimatedMemoryMiB <= freeMiB;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-3.5 py-2 last:border-0">
      <div className="min-w-0 grow basis-52">
        <b className="font-mono text-sm font-[550]">{name === "all" ? "All files" : name}</b>
        {recommended && (
          <span className="ml-2 rounded bg-accent-soft px-1.5 py-px text-xs font-[550] text-accent">
            recommended
          </span>
        )}
        <span className="block text-xs wrap-anywhere text-ink-3">
          {files.length === 1 ? files[0] : `${files.length} files`}
        </span>
      </div>
      <div className="flex flex-wrap gap-x-3 font-mono text-xs text-ink-2">
        <span>{formatBytes(sizeBytes)}</span>
        {estimatedMemoryMiB !== null && <span>needs ≈ {formatMiB(estimatedMemoryMiB)}</span>}
        {fits !== undefined && (
          <span className={fits ? "text-ok" : "text-warn"}>
            {fits ? "● fits now" : "▲ more than is free"}
          </span>
        )}
      </div>
      <Button
        look={recommended ? "primary" : "plain"}
        disabled={disabled}
        onClick={onDownload}
        aria-label={`Download ${name}`}
      >
        Download
      </Button>
    </li>
  );
}

const meansChoices: readonly (Choice & { readonly value: DownloadMeans })[] = [
  { value: "login-node", label: "on the login node" },
  { value: "slurm-job", label: "in a Slurm job", note: "where login nodes end long programs" },
  { value: "staged", label: "by way of this machine", note: "where the cluster does not reach the hub" },
];

function useDownload(what: Omit<CreateDownload, "variant">) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (variant: string) => client.createDownload({ body: { ...what, variant } }),
    onSuccess: (download) => applyChange(queries, { type: "download", download }),
    meta: { toldInPlace: true },
  });
}
