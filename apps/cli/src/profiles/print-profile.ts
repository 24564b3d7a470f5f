import type { Profile } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";

export function printProfile(cli: Cli, profile: Profile): void {
  if (cli.options.json === true) return cli.printJson(profile);
  const { style } = cli;
  const lines = renderFacts(
    [
      ["name", profile.name],
      ["schema", profile.schema],
      ["default", profile.default ? "yes" : "no"],
      [
        "status",
        profile.statusReason === null ? profile.status : `${profile.status} (${profile.statusReason})`,
      ],
      ["home", profile.home],
      ["cache", profile.cache],
    ],
    style.dim,
  );
  for (const line of lines) cli.print(line);
}
