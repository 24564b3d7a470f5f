import type { GradioComponent, GradioFunction } from "./gradio-app.ts";
import { apiPrefixOf, type GradioVersion, protocolOf, since } from "./gradio-version.ts";

/** `/config`, without what only browsers look at. */
export function gradioConfig(
  version: GradioVersion,
  functions: readonly GradioFunction[],
  app: { readonly root: string; readonly showError: boolean },
): Record<string, unknown> {
  const components: Record<string, unknown>[] = [];
  const idsOf = (all: readonly GradioComponent[]): number[] =>
    all.map((component) => {
      const id = components.length + 1;
      components.push(componentJson(version, component, id));
      return id;
    });
  const dependencies = functions.map((each, index) => ({
    ...(since(version, "4.44.1") && { id: index }),
    targets: [],
    inputs: idsOf(each.inputs),
    outputs: idsOf(each.outputs),
    backend_fn: true,
    js: null,
    // for long, null said of a handler that it goes the way of the app's queue
    queue: each.queue && !since(version, "4.44.1") ? null : each.queue,
    api_name: nameOf(version, each),
    batch: false,
    max_batch_size: 4,
    cancels: [],
    types: since(version, "4.44.1")
      ? { generator: each.generator, cancel: false }
      : { continuous: false, generator: each.generator },
    ...showApi(version, each),
  }));
  return {
    version,
    mode: "blocks",
    app_id: 1_523_128_115_738_657,
    dev_mode: false,
    analytics_enabled: false,
    ...(apiPrefixOf(version) !== "" && { api_prefix: apiPrefixOf(version) }),
    components,
    title: "Gradio",
    space_id: null,
    enable_queue: true,
    show_error: app.showError,
    is_colab: false,
    theme: "default",
    ...(since(version, "4.0.2") && { protocol: protocolOf[version] }),
    dependencies,
    root: since(version, "4.21.0") ? app.root : "",
    ...(since(version, "4.44.1") && { username: null }),
  };
}

function componentJson(
  version: GradioVersion,
  component: GradioComponent,
  id: number,
): Record<string, unknown> {
  const { type, label } = component;
  const props = type === "state" ? { name: "state" } : { label, show_label: true, name: type };
  return { id, type, props, ...(since(version, "4.0.2") && { skip_api: type === "state" }) };
}

/** A handler without a name for the API: `false` in 3.x and 4.0, later an undocumented one. */
function nameOf(version: GradioVersion, each: GradioFunction): string | false {
  if (each.apiName !== null) return each.apiName;
  return since(version, "4.44.1") ? "_clear_and_save_textbox" : false;
}

function showApi(version: GradioVersion, each: GradioFunction): Record<string, unknown> {
  const named = each.apiName !== null;
  if (since(version, "6.31.0")) return { api_visibility: named ? "public" : "undocumented" };
  return since(version, "4.16.0") ? { show_api: named } : {};
}

/** `/info`: the named functions, without their states. */
export function gradioInfo(
  version: GradioVersion,
  functions: readonly GradioFunction[],
): Record<string, unknown> {
  const named = functions.filter((each) => each.apiName !== null);
  const endpoint = (each: GradioFunction): Record<string, unknown> => ({
    parameters: each.inputs
      .filter((input) => input.type !== "state")
      .map((input) => ({ ...parameterJson(version, input), example_input: "Hello!!" })),
    returns: each.outputs
      .filter((output) => output.type !== "state")
      .map((output) => valueJson(version, output)),
    ...showApi(version, each),
  });
  return {
    named_endpoints: Object.fromEntries(named.map((each) => [`/${each.apiName}`, endpoint(each)])),
    unnamed_endpoints: {},
  };
}

function parameterJson(
  version: GradioVersion,
  input: GradioFunction["inputs"][number],
): Record<string, unknown> {
  if (!since(version, "4.44.1")) return valueJson(version, input);
  return {
    ...valueJson(version, input),
    parameter_name: input.parameter ?? "param_0",
    parameter_has_default: false,
    parameter_default: null,
  };
}

function valueJson(version: GradioVersion, component: GradioComponent): Record<string, unknown> {
  const isText = component.type === "textbox";
  return {
    label: component.label,
    type: isText ? { type: "string" } : { type: {}, description: "any valid json" },
    python_type: isText
      ? { type: "str", description: "" }
      : { type: "str | float | bool | list | dict", description: "any valid json" },
    component: component.type.replace(/^./, (first) => first.toUpperCase()),
    ...(!since(version, "4.0.2") && { serializer: "StringSerializable" }),
  };
}
