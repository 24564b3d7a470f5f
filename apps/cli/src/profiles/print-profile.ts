import type { Connection, Profile } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";

export function printProfile(cli: Cli, profile: Profile): void {
  if (cli.options.json === true) return cli.printJson(profile);
  const { slurm, connection } = profile;
  const lines = renderFacts(
    [
      ["name", profile.name],
      ["schema", profile.schema],
      ["default", profile.default ? "yes" : "no"],
      [
        "status",
        profile.statusReason === null ? profile.status : `${profile.status} (${profile.statusReason})`,
      ],
      ["connection", connection === null ? null : connectionText(profile.name, connection)],
      ["host", slurm?.host ?? null],
      ["user", slurm?.user ?? null],
      ["home", profile.home],
      ["cache", profile.cache],
      ["ssh config", slurm?.sshConfig ?? null],
      ["partition", slurm?.partition ?? null],
      ["account", slurm?.account ?? null],
      ["qos", slurm?.qos ?? null],
      ["time", slurm?.time ?? null],
      ["constraint", slurm?.constraint ?? null],
      ["runtime", slurm?.runtime ?? null],
      ["setup", slurm?.setup ?? null],
      ["node", slurm?.node ?? null],
    ],
    cli.style.dim,
  );
  for (const line of lines) cli.print(line);
}

/** In words, with what to do where a person must. */
export function connectionText(name: string, { state, reason, transport }: Connection): string {
  const why = reason === null ? "" : `: ${reason}`;
  switch (state) {
    case "idle":
      return "not connected yet";
    case "connecting":
      return "connecting";
    case "connected":
      return transport === null ? "connected" : `connected (${transport})`;
    case "login_required":
      return `it wants a login, \`berth profile login ${name}\`${why}`;
    case "host_key_unknown":
      return `its host key is not known yet, \`berth profile login ${name}\` shows it${why}`;
    case "host_key_changed":
      return `its host key is another than before; nothing is sent there${why}`;
    case "unreachable":
      return `it cannot be reached${why}`;
  }
}
