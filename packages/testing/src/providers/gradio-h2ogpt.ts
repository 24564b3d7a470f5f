import { type GradioDouble, type GradioDoubleOptions, startGradioDouble } from "./gradio-double.ts";
import { cumulative, type GradioComponent, type GradioFunction } from "./gradio-app.ts";
import { parsePythonLiteral, pythonRepr, type PythonValue } from "./gradio-python-literal.ts";
import { type GradioVersion, since } from "./gradio-version.ts";

/** From h2oai/h2ogpt's `gradio_runner.py`, `gradio_funcs.py` and `gen.py` at a0ad1920 (2025-03-17). */
export interface H2oGptApp {
  /** Their display names; the first is the one that answers when a request names none. */
  readonly models?: readonly string[];
  /** When there are any, requests need one of them. */
  readonly keys?: readonly string[];
  /** `/system_info_dict` exists only where the system's API is open. */
  readonly adminPassword?: string;
}

/** An h2oGPT server: it tells its errors, and only what needs no queue may be called directly. */
export function startH2oGptDouble(
  options: H2oGptApp & Omit<GradioDoubleOptions, "functions"> = {},
): Promise<GradioDouble> {
  return startGradioDouble({
    showError: true,
    apiOpen: false,
    ...options,
    functions: (version) => h2oGptFunctions(version, options),
  });
}

const invalidKey =
  "Invalid Access Key, request access key from sales@h2o.ai or jon.mckinney@h2o.ai, " +
  "pass API key through API calls, or set API key in Login tab for UI";

const state: GradioComponent = { type: "state", label: "state" };
const textbox = (label: string): GradioComponent => ({ type: "textbox", label });

function h2oGptFunctions(version: GradioVersion, app: H2oGptApp): readonly GradioFunction[] {
  const reply = textbox("API Response");
  const argument = { ...textbox("API input for submit_nochat_api"), parameter: "param_5" };
  // with 4.x there is a queue for these too, without a limit
  const lightQueue = since(version, "4.0.2");
  const answers = (apiName: string, queue: boolean, label: string, value: PythonValue): GradioFunction => ({
    apiName,
    inputs: [],
    outputs: [textbox(label)],
    queue,
    generator: false,
    run: () => [[typeof value === "string" ? value : pythonRepr(value)]],
  });
  return [
    answers("system_hash", false, "Hash", "a0ad1920a847cf12a4e9c3453f6cdb736fe97ba0"),
    {
      apiName: "submit_nochat_api",
      inputs: [state, state, state, state, state, argument],
      outputs: [reply],
      queue: true,
      generator: true,
      run: (inputs) => chat(app, String(inputs[5]), "str_api"),
    },
    {
      apiName: "submit_nochat_plain_api",
      inputs: [argument],
      outputs: [reply],
      queue: false,
      generator: true,
      run: (inputs) => chat(app, String(inputs[0]), "str_plain_api"),
    },
    answers("model_names", lightQueue, "Model Names", modelsOf(app).map(describe)),
    ...(app.adminPassword === undefined ? [] : [systemInformation(app, lightQueue)]),
  ];
}

const modelsOf = (app: H2oGptApp): readonly string[] => app.models ?? ["h2oai/h2ogpt-4096-llama2-7b-chat"];

function describe(model: string): PythonValue {
  return {
    display_name: model,
    base_model: model,
    inference_server_type: "",
    strict_json_schema: false,
    prompt_type: "llama2",
    prompt_dict: {},
    chat_template: "",
    max_seq_len: 4096,
    llm: true,
    rag: true,
    image: false,
    actually_image: false,
    video: false,
    actually_video: false,
    json: false,
    guided_vllm: false,
    auto_visible_vision_models: false,
  };
}

function systemInformation(app: H2oGptApp, queue: boolean): GradioFunction {
  return {
    apiName: "system_info_dict",
    inputs: [{ ...textbox("System Info Dict Password"), parameter: "system_input1" }],
    outputs: [textbox("System Info Dict")],
    queue,
    generator: false,
    run: ([password]) => [
      [
        JSON.stringify(
          password === app.adminPassword ? { base_model: modelsOf(app)[0], hash: "a0ad1920" } : {},
        ),
      ],
    ],
  };
}

/** What is given back is a Python dictionary as text: of a stream the response so far, then all of it once. */
function* chat(
  app: H2oGptApp,
  argument: string,
  api: "str_api" | "str_plain_api",
): Iterable<readonly unknown[]> {
  const parsed = parsePythonLiteral(argument);
  if (
    parsed === null ||
    typeof parsed !== "object" ||
    Array.isArray(parsed) ||
    parsed instanceof Uint8Array
  ) {
    throw new Error("argument of type is not iterable");
  }
  const asked = parsed as { readonly [key: string]: PythonValue };
  const model = chooseModel(modelsOf(app), asked["visible_models"] ?? null);
  const question = asked["instruction_nochat"] ?? asked["instruction"];
  const instruction = typeof question === "string" ? question : "";
  const streams = asked["stream_output"] === true && api === "str_api";
  const key = asked["h2ogpt_key"] ?? null;
  const admitted = app.keys === undefined || (typeof key === "string" && app.keys.includes(key));
  const texts = admitted ? [...cumulative(instruction)] : [invalidKey];
  const whole = {
    response: texts.at(-1) ?? "",
    error: admitted ? "" : invalidKey,
    sources: [],
    sources_str: "",
    prompt_raw: admitted ? instruction : "INVALID",
    llm_answers: { response_raw: texts.at(-1) ?? "" },
    save_dict: saved(
      model,
      instruction,
      admitted,
      app.keys === undefined ? "not enforced" : admitted,
      key,
      api,
    ),
    audio: null,
  };
  if (streams) {
    for (const response of texts) {
      const partly = {
        ...whole,
        response,
        error: "",
        prompt_raw: "",
        llm_answers: { response_raw: response },
      };
      yield [pythonRepr({ ...partly, save_dict: {} })];
    }
  }
  yield [pythonRepr(whole)];
}

function saved(
  model: string,
  instruction: string,
  admitted: boolean,
  validKey: PythonValue,
  key: PythonValue,
  api: string,
): PythonValue {
  const counted = {
    num_prompt_tokens: 5,
    base_model: model,
    ntokens: 3,
    tokens_persecond: 30.5,
    t_generate: 0.1,
  };
  return {
    prompt: admitted ? instruction : "INVALID",
    base_model: admitted ? model : "",
    display_name: admitted ? model : "",
    error: admitted ? "" : invalidKey,
    sources: [],
    valid_key: validKey,
    h2ogpt_key: key,
    which_api: api,
    extra_dict: {
      ...(admitted ? counted : { num_prompt_tokens: 0, base_model: "" }),
      username: "NO_REQUEST",
    },
  };
}

function chooseModel(models: readonly string[], asked: PythonValue): string {
  const first = Array.isArray(asked) ? (asked as readonly PythonValue[])[0] : asked;
  if (typeof first === "string" && !models.includes(first)) {
    throw new Error(`Invalid model ${first}, valid models are: ${pythonRepr(models)}`);
  }
  return typeof first === "string" ? first : (models[Number(first ?? 0) % models.length] ?? "");
}
