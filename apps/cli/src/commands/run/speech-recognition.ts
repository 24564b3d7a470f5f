import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addModelCommand } from "../../launch/model-command.ts";

export function define(command: Command, cli: Cli): void {
  addModelCommand(command, cli, "speech-recognition");
  addExamples(command, {
    "berth run speech-recognition owner/name --wait": "until it hears",
    "berth run speech-recognition owner/name --mount ~/recordings":
      "/transcribe hears what lies there, as /data/audio",
    "berth run speech-recognition owner/name --file Q8_0": "one of the model's files",
    "berth run speech-recognition owner/name --dry-run": "what would run",
  });
}
