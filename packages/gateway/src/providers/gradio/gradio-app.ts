import { fieldsOf } from "../fields-of.ts";
import { apiPrefix } from "./api-prefix.ts";

/** How the queue is spoken to. `call`: by simple calls, for a queue that came after this was written. */
export type GradioProtocol = "ws" | "sse" | "sse_v1" | "sse_v2" | "sse_v2.1" | "sse_v3" | "call";

/** What an app says of itself in `/config`. */
export interface GradioApp {
  readonly protocol: GradioProtocol;
  /** Major and minor. */
  readonly version: readonly [number, number];
  /** Before the paths of its API. */
  readonly prefix: string;
  readonly functions: readonly GradioFunction[];
}

/** A handler of the app: what is called over the API. */
export interface GradioFunction {
  readonly index: number;
  /** Without a slash; `undefined` for one that has no name there. */
  readonly name: string | undefined;
  /** Whether it is shown to those who call the API. */
  readonly isPublic: boolean;
  readonly isQueued: boolean;
  /** Whether it answers piece by piece; without the queue, the first of them is all that is heard. */
  readonly isGenerator: boolean;
  readonly inputs: readonly GradioComponent[];
  readonly outputs: readonly GradioComponent[];
}

export interface GradioComponent {
  readonly type: string;
  readonly label: string;
  /** What it holds when the page is opened. */
  readonly value: unknown;
  /** Of a chatbot: pairs of a question and an answer, messages, or (since Gradio 6) messages of parts. */
  readonly history: "pairs" | "messages" | "parts";
}

const queueProtocols: readonly string[] = ["ws", "sse", "sse_v1", "sse_v2", "sse_v2.1", "sse_v3"];

/** `undefined` for what is no Gradio app's configuration. */
export function readApp(config: unknown): GradioApp | undefined {
  const { version, protocol = "ws", api_prefix, enable_queue, components, dependencies } = fieldsOf(config);
  const prefix = apiPrefix(api_prefix);
  if (!Array.isArray(components) || !Array.isArray(dependencies) || prefix === undefined) return undefined;
  const [, major = "3", minor = "0"] = /^(\d+)\.(\d+)/.exec(String(version)) ?? [];
  const byId = new Map<unknown, GradioComponent>(
    components.map((each) => [fieldsOf(each)["id"], readComponent(each, Number(major))]),
  );
  return {
    protocol: queueProtocols.includes(String(protocol)) ? (protocol as GradioProtocol) : "call",
    version: [Number(major), Number(minor)],
    prefix,
    functions: dependencies.map((each, index) => readFunction(each, index, byId, enable_queue !== false)),
  };
}

function readFunction(
  dependency: unknown,
  position: number,
  components: ReadonlyMap<unknown, GradioComponent>,
  hasQueue: boolean,
): GradioFunction {
  const {
    id,
    api_name: name,
    queue,
    inputs,
    outputs,
    show_api: shown,
    api_visibility: visibility,
    types,
  } = fieldsOf(dependency);
  const all = (ids: unknown): GradioComponent[] =>
    (Array.isArray(ids) ? ids : []).map((each) => components.get(each) ?? unknownComponent);
  return {
    index: typeof id === "number" ? id : position,
    name: typeof name === "string" ? name.replace(/^\//, "") : undefined,
    isPublic: typeof name === "string" && shown !== false && (visibility ?? "public") === "public",
    // for long, null meant: as the app
    isQueued: typeof queue === "boolean" ? queue : hasQueue,
    isGenerator: fieldsOf(types)["generator"] === true,
    inputs: all(inputs),
    outputs: all(outputs),
  };
}

const unknownComponent: GradioComponent = { type: "", label: "", value: null, history: "pairs" };

function readComponent(component: unknown, major: number): GradioComponent {
  const { type, props } = fieldsOf(component);
  const { label, value, type: form } = fieldsOf(props);
  return {
    type: String(type),
    label: typeof label === "string" ? label : "",
    value: value ?? null,
    history: major >= 6 ? "parts" : form === "messages" ? "messages" : "pairs",
  };
}
