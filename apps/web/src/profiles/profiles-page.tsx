import type { Profile } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import { profilesQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { connectionSigns } from "./connection-state.tsx";
import { ProfileCard } from "./profile-card.tsx";
import { LoginDialog, ProfileDialog } from "./profile-dialogs.tsx";
import { RemoveProfile } from "./remove-profile.tsx";

type Question =
  | { readonly kind: "add" }
  | { readonly kind: "edit" | "remove"; readonly profile: Profile }
  | { readonly kind: "login"; readonly name: string };

/** The places services can run: this machine and clusters. The same file can be edited by hand. */
export function ProfilesPage(): ReactNode {
  const { data, error, refetch } = useQuery(profilesQuery);
  const [question, setQuestion] = useState<Question>();
  const close = useCallback(() => setQuestion(undefined), []);
  const add = (): void => setQuestion({ kind: "add" });
  return (
    <Page title="Profiles" actions={<Button onClick={add}>Add a profile</Button>}>
      {data === undefined && error === null && (
        <Card>
          <Loading what="profiles" />
        </Card>
      )}
      {error !== null && data === undefined && <Problem error={error} retry={() => void refetch()} />}
      {data?.length === 0 && <NoProfiles onAdd={add} />}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {data?.map((profile) => (
          <ProfileCard
            key={profile.id}
            profile={profile}
            onEdit={() => setQuestion({ kind: "edit", profile })}
            onRemove={() => setQuestion({ kind: "remove", profile })}
            onLogin={() => setQuestion({ kind: "login", name: profile.name })}
          />
        ))}
      </div>
      <ProfileDialog
        open={question?.kind === "add" || question?.kind === "edit"}
        profile={question?.kind === "edit" ? question.profile : undefined}
        onClose={close}
        onDone={(saved) => setQuestion(next(saved))}
      />
      <RemoveProfile doomed={question?.kind === "remove" ? question.profile : undefined} onClose={close} />
      <LoginDialog
        open={question?.kind === "login"}
        name={question?.kind === "login" ? question.name : ""}
        onClose={close}
      />
    </Page>
  );
}

/** A cluster that waits for a log-in is asked about at once: nothing else can be done there before. */
function next({ name, connection }: Profile): Question | undefined {
  return connection !== null && connectionSigns[connection.state].asksForLogin
    ? { kind: "login", name }
    : undefined;
}

function NoProfiles({ onAdd }: { onAdd: () => void }): ReactNode {
  return (
    <Card>
      <Empty title="No profile yet">
        <p>
          A profile is a place where services run and models lie: this machine, or a Slurm cluster that your
          ssh reaches. Berth needs one before it can start anything.
        </p>
        <p className="mt-4">
          <Button look="primary" onClick={onAdd}>
            Add the first profile
          </Button>
        </p>
      </Empty>
    </Card>
  );
}
