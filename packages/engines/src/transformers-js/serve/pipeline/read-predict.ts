import { BerthError } from "@berth/api";
import { firstInputAlias, optionsFields, type PipelineField, type PipelineForm } from "@berth/api/pipelines";
import { fieldValue, takesOf } from "./field-value.ts";

/** What is to be done, by the fields' own names. */
export interface Predict {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What generation takes is no JSON, or is made of the inputs. */
const notOptions = new Set([
  "streamer",
  "logits_processor",
  "stopping_criteria",
  "generation_config",
  "inputs",
  "input_ids",
  "attention_mask",
  "pixel_values",
  "encoder_outputs",
]);

/**
 * Reads a request's fields. Throws BerthError that names the field and lists what the task takes: `unknown_parameter` for one
 * that there is not, `invalid_request` for one that is missing, there twice, or holds something else.
 */
export function readPredict(form: PipelineForm, body: unknown): Predict {
  if (!isRecord(body))
    throw refusal(form, undefined, `send a JSON object, as ${JSON.stringify(form.example.request)}`);
  const inputs: Record<string, unknown> = {};
  const options: Record<string, unknown> = {};
  const put = (into: Record<string, unknown>, field: PipelineField, value: unknown, param: string): void => {
    if (Object.hasOwn(into, field.name))
      throw refusal(form, param, `${param}: ${field.name} is there already`);
    into[field.name] = fieldValue(field, value, param);
  };
  for (const [name, value] of Object.entries(body)) {
    const input = inputNamed(form, name);
    const option = form.options.find((field) => field.name === name);
    if (optionsFields.includes(name)) {
      if (!isRecord(value)) throw refusal(form, name, `${name}: give an object of options`);
      for (const [key, inner] of Object.entries(value)) {
        const known = form.options.find((field) => field.name === key);
        if (known !== undefined) put(options, known, inner, `${name}.${key}`);
        else if (!form.generates || notOptions.has(key)) throw unknown(form, `${name}.${key}`);
        else if (!Object.hasOwn(options, key)) options[key] = inner;
      }
    } else if (input !== undefined) put(inputs, input, value, name);
    else if (option !== undefined) put(options, option, value, name);
    else throw unknown(form, name);
  }
  const missing = form.inputs.find(
    ({ name, isRequired }) => isRequired === true && inputs[name] === undefined,
  );
  if (missing !== undefined) throw refusal(form, missing.name, `${missing.name} is missing`);
  return { inputs, options };
}

/** The input of a name, or of another of its names. */
export function inputNamed(form: PipelineForm, name: string): PipelineField | undefined {
  const named = form.inputs.find((field) => field.name === name || field.aliases?.includes(name) === true);
  return named ?? (name === firstInputAlias ? form.inputs[0] : undefined);
}

/** "fill-mask takes args (a text or a list of texts) and, in kwargs or beside it, targets, top_k". */
export function whatItTakes({ task, inputs, options, generates }: PipelineForm): string {
  const taken = inputs.map((field) => `${field.name} (${takesOf(field)})`).join(", ");
  const names = options.map(({ name }) => name);
  const how = names.length === 0 ? "" : ` and, in kwargs or beside it, ${names.join(", ")}`;
  return `${task} takes ${taken}${how}${generates ? "; in kwargs also whatever else generation takes" : ""}`;
}

function unknown(form: PipelineForm, param: string): BerthError {
  return new BerthError("unknown_parameter", `there is no field ${param}; ${whatItTakes(form)}`, { param });
}

function refusal(form: PipelineForm, param: string | undefined, problem: string): BerthError {
  return new BerthError("invalid_request", `${problem}; ${whatItTakes(form)}`, { param });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
