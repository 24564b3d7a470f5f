import type { Profile } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { profilesQuery, queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { State } from "../parts/state.tsx";
import { toast } from "../parts/toasts.ts";
import { CreateProfileDialog } from "./create-profile-dialog.tsx";

/** The places services can run. The same file can be edited by hand. */
export function ProfilesPage(): ReactNode {
  const { data, error, refetch } = useQuery(profilesQuery);
  const [creating, setCreating] = useState(false);
  const [doomed, setDoomed] = useState<Profile>();
  return (
    <Page title="Profiles" actions={<Button onClick={() => setCreating(true)}>Add a profile</Button>}>
      {data === undefined && error === null && (
        <Card>
          <Loading what="profiles" />
        </Card>
      )}
      {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Card>
          <Empty title="No profile yet">A profile is a place where services run and models lie.</Empty>
        </Card>
      )}
      <div className="grid gap-4 xl:grid-cols-2">
        {data?.map((profile) => (
          <ProfileCard key={profile.id} profile={profile} onRemove={setDoomed} />
        ))}
      </div>
      <CreateProfileDialog open={creating} onClose={() => setCreating(false)} />
      <RemoveDialog doomed={doomed} onClose={() => setDoomed(undefined)} />
    </Page>
  );
}

function ProfileCard({
  profile,
  onRemove,
}: {
  profile: Profile;
  onRemove: (profile: Profile) => void;
}): ReactNode {
  const queries = useQueryClient();
  const { name, status, statusReason, schema, home, cache } = profile;
  const prefer = useMutation({
    mutationFn: () => client.setDefaultProfile({ params: { name } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: queryKeys.profiles }),
  });
  return (
    <Card
      title={name}
      aside={
        status === "ready" ? (
          <State tone="ok" shape="●" word="Ready" />
        ) : (
          <State tone="bad" shape="✕" word="Invalid" />
        )
      }
    >
      <div className="flex flex-col gap-3 px-3.5 py-3">
        {statusReason !== null && <p className="wrap-anywhere text-bad">{statusReason}</p>}
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1">
          <dt className="text-ink-3">Kind</dt>
          <dd>{schema === "local" ? "this machine" : schema}</dd>
          <dt className="text-ink-3">Home</dt>
          <dd>
            <Copyable text={home} what="the path" />
          </dd>
          <dt className="text-ink-3">Cache</dt>
          <dd>
            <Copyable text={cache} what="the path" />
          </dd>
        </dl>
        <div className="flex flex-wrap items-center gap-2">
          {profile.default ? (
            <span className="text-sm text-ink-2">The default: used where none is named.</span>
          ) : (
            <>
              <Button onClick={() => prefer.mutate()} disabled={prefer.isPending}>
                Make it the default
              </Button>
              <Button look="quiet" onClick={() => onRemove(profile)}>
                Remove …
              </Button>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}

function RemoveDialog({ doomed, onClose }: { doomed: Profile | undefined; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const refresh = (): void => void queries.invalidateQueries({ queryKey: queryKeys.profiles });
  const restore = useMutation({
    mutationFn: ({ name, home, cache }: Profile) =>
      client.createProfile({ body: { name, spec: { schema: "local", home, cache } } }),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ name }: Profile) => client.deleteProfile({ params: { name } }),
    onSuccess: (_, profile) => {
      refresh();
      const action = { label: "Undo", run: () => restore.mutate(profile) };
      toast({ title: `Profile ${profile.name} is removed.`, action });
    },
  });
  if (doomed === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove the profile ${doomed.name}?`}
      loss={
        <p>
          Its models are no longer listed. The files under {doomed.home} and {doomed.cache} stay.
        </p>
      }
      action="Remove it"
      onConfirm={() => remove.mutate(doomed)}
    />
  );
}
