import type { Profile, Runtime } from "@berth/api";
import { useCallback, useState, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { Select } from "../parts/select.tsx";
import { connectionSigns } from "../profiles/connection-state.tsx";
import { LoginDialog } from "../profiles/profile-dialogs.tsx";
import { problemOf } from "./launch-form.ts";
import { TextField, type FieldsProps } from "./launch-inputs.tsx";
import type { LaunchPlace } from "./launch-place.ts";
import { slurmBlanks } from "./slurm-form.ts";

/** Where it runs, and under which name. */
export function PlaceFields({ place, ...props }: FieldsProps & { place: LaunchPlace }): ReactNode {
  const { change, problems } = props;
  return (
    <div className="flex flex-col gap-3.5 border-b border-line p-3.5">
      <div className="grid items-start gap-3.5 sm:grid-cols-2">
        <Field label="Profile" error={problemOf(problems, "profile")}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={place.profile?.name ?? ""}
              // what a cluster offers means nothing on another
              onChange={(profile) => change({ ...slurmBlanks, runtime: "", model: "", lora: [], profile })}
              choices={place.profiles.map(profileChoice)}
            />
          )}
        </Field>
        <TextField
          {...props}
          name="name"
          label="Name"
          param="name"
          placeholder="a readable one is made up"
          hint="What callers put into model."
        />
      </div>
      {place.clusterError !== null && place.profile !== undefined && (
        <ClusterAway profile={place.profile} error={place.clusterError} />
      )}
    </div>
  );
}

function profileChoice({ name, default: preferred, status, statusReason, connection, slurm }: Profile) {
  const sign = connection === null ? undefined : connectionSigns[connection.state];
  return {
    value: name,
    label: preferred ? `${name} (default)` : name,
    note:
      statusReason ?? (slurm === null ? "this machine" : `Slurm · ${sign?.word.toLowerCase() ?? slurm.host}`),
    disabled: status === "invalid",
  };
}

/** The cluster could not be asked: its fields are typed by hand, and a log-in is offered. */
function ClusterAway({ profile, error }: { profile: Profile; error: Error }): ReactNode {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const asks = profile.connection !== null && connectionSigns[profile.connection.state].asksForLogin;
  return (
    <>
      <Notice
        look="warn"
        title={failureOf(error).message}
        action={asks ? <Button onClick={() => setOpen(true)}>Log in</Button> : undefined}
      >
        <p className="mt-0.5 text-sm text-ink-2">
          What {profile.name} offers is not known now: type what you need, or come back when it can be asked.
        </p>
      </Notice>
      <LoginDialog open={open} name={profile.name} onClose={close} />
    </>
  );
}

/** The runtimes a place may have, in words. */
export const runtimeWords: Record<Runtime, string> = {
  process: "none: a plain program",
  docker: "Docker",
  podman: "Podman",
  apptainer: "Apptainer",
  pyxis: "Pyxis (enroot)",
};

/** The runtimes to choose from: what the cluster has, else what the kind of place can have. */
export function offeredRuntimes({ hasScheduler, cluster }: LaunchPlace): readonly Runtime[] {
  if (cluster !== undefined) return cluster.runtimes;
  return hasScheduler
    ? ["process", "apptainer", "podman", "pyxis"]
    : ["process", "docker", "podman", "apptainer"];
}
