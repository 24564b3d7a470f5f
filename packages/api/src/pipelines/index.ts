import type { PipelineTask } from "../tasks.ts";
import { audioForms } from "./audio-forms.ts";
import { imageForms } from "./image-forms.ts";
import type { PipelineForm } from "./pipeline-form.ts";
import { textForms } from "./text-forms.ts";

/** What `POST /predict` takes and gives, task by task. Data alone, without schemas: engines, commands, console and documents read it. */
export * from "./pipeline-form.ts";

export const pipelineForms: readonly PipelineForm[] = [...textForms, ...imageForms, ...audioForms];

/** `undefined` for what is no pipeline's task. */
export function findPipelineForm(task: string): PipelineForm | undefined {
  return pipelineForms.find((each) => each.task === task);
}

export function pipelineFormOf(task: PipelineTask): PipelineForm {
  const form = findPipelineForm(task);
  if (form === undefined) throw new TypeError(`no form is written for ${task}`);
  return form;
}
