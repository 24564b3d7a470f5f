import type { Profile, Transport } from "@berth/api";
import type { ReactNode } from "react";
import { Copyable } from "../parts/copy-button.tsx";
import { wallTimeInWords } from "../format/wall-time.ts";

/** How requests travel, for people. */
export const transportWords: Record<Transport, string> = {
  direct: "direct",
  forward: "ssh forward",
  relay: "ssh relay",
};

/** What the profiles file says of a place. */
export function ProfileFacts({ profile }: { profile: Profile }): ReactNode {
  const { schema, home, cache, slurm, connection } = profile;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ["Kind", schema === "local" ? "this machine" : schema === "slurm" ? "Slurm cluster" : schema],
    ["Host", slurm === null ? null : <Copyable text={address(slurm)} what="the host" />],
    ["Home", home === "" ? null : <Copyable text={home} what="the path" />],
    ["Cache", cache === "" ? null : <Copyable text={cache} what="the path" />],
    [
      "Reached by",
      connection === null || connection.transport === null ? null : transportWords[connection.transport],
    ],
    ["Usually", slurm === null ? null : usualRequest(slurm)],
    ["Setup", slurm?.setup === undefined ? null : <Copyable text={slurm.setup} what="the line" />],
    ["Node.js", slurm?.node ?? null],
    ["ssh config", slurm?.sshConfig ?? null],
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1">
      {rows
        .filter(([, value]) => value !== null && value !== "")
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function address({ host, user }: NonNullable<Profile["slurm"]>): string {
  return user === undefined ? host : `${user}@${host}`;
}

function usualRequest(slurm: NonNullable<Profile["slurm"]>): string {
  const { partition, account, qos, time, constraint, runtime } = slurm;
  return [
    partition === undefined ? undefined : `partition ${partition}`,
    account === undefined ? undefined : `account ${account}`,
    qos === undefined ? undefined : `QOS ${qos}`,
    time === undefined ? undefined : wallTimeInWords(time),
    constraint,
    runtime,
  ]
    .filter((word) => word !== undefined)
    .join(" · ");
}
