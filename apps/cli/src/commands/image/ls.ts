import type { ContainerImage, ImagePull } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { staleWords } from "../../models/stale-words.ts";
import { byteSize } from "../../terminal/quantities.ts";
import { relativeTime } from "../../terminal/relative-time.ts";
import type { Column } from "../../terminal/table.ts";

export function define(command: Command, cli: Cli): void {
  command
    .option("-p, --profile <name>", "only this profile's")
    .action(async ({ profile }: { readonly profile?: string }) => {
      const query = profile === undefined ? {} : { query: { profile } };
      const { data, stale = [] } = await cli.client().listImages(query);
      for (const each of stale) cli.warn(staleWords(each, Date.now(), "its images are not known"));
      if (cli.options.json === true) return cli.printList(data);
      cli.table(columns(Date.now()), data);
      if (data.length === 0 && cli.io.stderr.isTTY)
        cli.note("No container images. `berth image pull NAME:TAG` makes one.");
      const { data: pulls } = await cli.client().listImagePulls();
      for (const pull of pulls) {
        if (profile !== undefined && pull.profile !== profile) continue;
        const words = pullWords(pull, Date.now());
        if (words !== undefined) cli.note(words);
      }
    });
  addExamples(command, {
    "berth image ls": "on every profile",
    "berth image ls -p della --json": "one cluster's, with every fact",
  });
}

const columns = (nowMs: number): readonly Column<ContainerImage>[] => [
  { title: "IMAGE", cell: ({ name }) => name, shrinkTo: 16 },
  { title: "TAG/DIGEST", cell: versionOf, shrinkTo: 12 },
  { title: "SIZE", cell: ({ sizeBytes }) => byteSize(sizeBytes) },
  { title: "LOCATION", cell: ({ location }) => location },
  { title: "PROFILE", cell: ({ profile }) => profile, shrinkTo: 7 },
  { title: "CREATED", cell: ({ createdAt }) => relativeTime(createdAt, nowMs) },
];

const dayMs = 86_400_000;

/** What is on its way, and what lately did not come. */
function pullWords(
  { status, source, profile, logTail, ...pull }: ImagePull,
  nowMs: number,
): string | undefined {
  if (status === "RUNNING") return `Pulling ${source} to ${profile}: ${logTail.at(-1) ?? "begun"}`;
  if (status !== "FAILED" || pull.updatedAt < nowMs - dayMs) return undefined;
  return `The pull of ${source} to ${profile} failed: ${pull.statusReason}`;
}

/** `v0.20.0@sha256:0123456789ab`. */
function versionOf({ tag, digest }: ContainerImage): string {
  const short = digest === null ? "" : `@${digest.slice(0, 19)}`;
  return `${tag ?? ""}${short}` || "-";
}
