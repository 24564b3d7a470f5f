import type { PipelineTask } from "@berth/api";
import { pipelineForms } from "@berth/api/pipelines";
import { Option, type Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { addModelCommand } from "../../launch/model-command.ts";

interface Own {
  readonly task: PipelineTask;
  readonly allowPrivateUrls: boolean;
}

export function define(command: Command, cli: Cli): void {
  addModelCommand<Own>(command, cli, "pipeline", ({ task, allowPrivateUrls }) => ({
    ...(task === undefined ? {} : { task }),
    ...(allowPrivateUrls === true ? { options: { allowPrivateUrls } } : {}),
  }))
    .addOption(
      new Option("--task <task>", "one of the Hub's tasks (what the model is made for)").choices(
        pipelineForms.map((form) => form.task),
      ),
    )
    .option("--allow-private-urls", "it may fetch images and sounds from this machine and its network");
  addExamples(command, {
    "berth run pipeline owner/name --wait": "for what the model is made",
    "berth run pipeline owner/name --task summarization": "for one of the tasks that it can do",
    "berth run pipeline owner/name --task zero-shot-classification --dry-run": "what would run",
  });
}
