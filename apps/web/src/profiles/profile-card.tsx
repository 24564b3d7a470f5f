import type { Connection, Profile } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Notice } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { State } from "../parts/state.tsx";
import { toast } from "../parts/toasts.ts";
import { ClusterView } from "./cluster-view.tsx";
import { ConnectionState } from "./connection-state.tsx";
import { ConnectionTrouble } from "./connection-trouble.tsx";
import { Findings, type Finding } from "../parts/findings.tsx";
import { ProfileFacts } from "./profile-facts.tsx";

/** One place: how it stands, what it is, what a check finds there, and of a cluster what it has. */
export function ProfileCard({
  profile,
  onEdit,
  onRemove,
  onLogin,
}: {
  profile: Profile;
  onEdit: () => void;
  onRemove: () => void;
  onLogin: () => void;
}): ReactNode {
  const { name, statusReason, connection, slurm } = profile;
  const { findings, check, repair, busy } = useFindings(name);
  const [looking, setLooking] = useState(false);
  const prefer = usePrefer(name);
  const showsCluster = slurm !== null && (connection?.state === "connected" || looking);
  return (
    <Card
      title={
        <>
          {name}
          {profile.default && <span className="ml-1 font-normal text-ink-3"> default</span>}
        </>
      }
      aside={<ProfileState profile={profile} />}
      className={classNames(showsCluster && "xl:col-span-2")}
    >
      <div className={classNames(showsCluster && "lg:grid lg:grid-cols-[minmax(0,4fr)_minmax(0,5fr)]")}>
        <div className="flex min-w-0 flex-col gap-3 px-3.5 py-3">
          {statusReason !== null && <p className="wrap-anywhere text-bad">{statusReason}</p>}
          {connection !== null && slurm !== null && (
            <ConnectionTrouble connection={connection} host={slurm.host} onLogin={onLogin} />
          )}
          <ProfileFacts profile={profile} />
          <div className="flex flex-wrap items-center gap-2">
            {canConnect(connection) && !looking && (
              <Button onClick={() => setLooking(true)}>Look at the cluster</Button>
            )}
            <Button onClick={() => check(false)} disabled={busy}>
              {busy ? "Looking …" : "Run checks"}
            </Button>
            {slurm !== null && (
              <Button onClick={() => check(true)} disabled={busy} title="By a short Slurm job">
                Check from a node
              </Button>
            )}
            <Button look="quiet" onClick={onEdit}>
              Edit …
            </Button>
            <Button look="quiet" onClick={repair} disabled={busy}>
              Repair
            </Button>
            {!profile.default && (
              <>
                <Button look="quiet" onClick={prefer}>
                  Make it the default
                </Button>
                <Button look="quiet" onClick={onRemove}>
                  Remove …
                </Button>
              </>
            )}
          </div>
          {findings !== undefined && <Findings label={`What was found at ${name}`} findings={findings} />}
        </div>
        {showsCluster && (
          <div className="min-w-0 border-line max-lg:border-t lg:border-l">
            <ClusterView profile={name} />
          </div>
        )}
      </div>
      {slurm === null && profile.schema === "slurm" && (
        <Notice look="bad" title="The file does not say how this cluster is reached." />
      )}
    </Card>
  );
}

function ProfileState({ profile: { status, connection } }: { profile: Profile }): ReactNode {
  if (status === "invalid") return <State tone="bad" shape="✕" word="Invalid" />;
  if (connection !== null) return <ConnectionState connection={connection} />;
  return <State tone="ok" shape="●" word="Ready" />;
}

/** Nobody has asked it yet, and asking may work without a person. */
function canConnect(connection: Connection | null): boolean {
  return connection?.state === "idle";
}

function usePrefer(name: string): () => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () => client.setDefaultProfile({ params: { name } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: queryKeys.profiles });
      toast({ title: `${name} is now used where no profile is named.` });
    },
  });
  return mutate;
}

function useFindings(name: string): {
  readonly findings: readonly Finding[] | undefined;
  readonly check: (deep: boolean) => void;
  readonly repair: () => void;
  readonly busy: boolean;
} {
  const queries = useQueryClient();
  const [findings, setFindings] = useState<readonly Finding[]>();
  const settle = ({ data }: { data: readonly Finding[] }): void => {
    setFindings(data);
    void queries.invalidateQueries({ queryKey: queryKeys.profiles, exact: true });
  };
  const check = useMutation({
    mutationFn: (deep: boolean) =>
      client.checkProfile({ params: { name }, body: deep ? { deep: true } : {} }),
    onSuccess: settle,
  });
  const repair = useMutation({
    mutationFn: () => client.repairProfile({ params: { name } }),
    onSuccess: settle,
  });
  return {
    findings,
    check: check.mutate,
    repair: repair.mutate,
    busy: check.isPending || repair.isPending,
  };
}
