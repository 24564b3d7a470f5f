import { firstInputAlias, type PipelineField, type PipelineForm } from "@berth/api/pipelines";
import { takesOf } from "./field-value.ts";

/** What `GET /predict` answers: the fields, what comes back, and an example of both. */
export function describeTask(form: PipelineForm, servedName: string) {
  const [first] = form.inputs;
  return {
    task: form.task,
    model: servedName,
    inputs: form.inputs.map((field) => describe(field, field === first ? [firstInputAlias] : [])),
    options: form.options.map((field) => describe(field, [])),
    kwargs: form.generates ? "any of the options, and whatever else generation takes" : "any of the options",
    gives: form.gives,
    example: form.example,
  };
}

function describe(field: PipelineField, more: readonly string[]) {
  const aliases = [...(field.aliases ?? []), ...more].filter((alias) => alias !== field.name);
  return {
    name: field.name,
    ...(aliases.length === 0 ? {} : { aliases: [...new Set(aliases)] }),
    takes: takesOf(field),
    required: field.isRequired === true,
    about: field.about,
  };
}
