import { echoPieces } from "./faulty-stream.ts";
import { type GradioVersion, since } from "./gradio-version.ts";

export interface GradioComponent {
  readonly type: "textbox" | "json" | "chatbot" | "state";
  readonly label: string;
}

/** One event handler of an app: what `/config` calls a dependency. */
export interface GradioFunction {
  /** `null`: a handler of the page that has no name in the API. */
  readonly apiName: string | null;
  /** What the parameter is called in the app's source; `/info` names it from 4.x on. */
  readonly inputs: readonly (GradioComponent & { readonly parameter?: string })[];
  readonly outputs: readonly GradioComponent[];
  readonly queue: boolean;
  /** Whether it answers more than once. */
  readonly generator: boolean;
  /** All outputs, each time whole. What it throws is a bug of the app; a `GradioFailure` is what the app wants told. */
  readonly run: (inputs: readonly unknown[]) => Iterable<readonly unknown[]>;
}

/** `gr.Error`: an error with which an app answers on purpose. */
export class GradioFailure extends Error {}

const text: GradioComponent = { type: "textbox", label: "text" };
const state: GradioComponent = { type: "state", label: "state" };

/** A `gr.ChatInterface` over a generator: a text and the state of the chat, cumulative text and state. */
export function gradioChatApp(version: GradioVersion): readonly GradioFunction[] {
  return [
    clearTextbox,
    {
      apiName: "chat",
      inputs: [{ type: "textbox", label: "Message", parameter: "message" }, state],
      outputs: [
        since(version, "6.31.0")
          ? { type: "json", label: "Response" }
          : { type: "textbox", label: since(version, "4.44.1") ? "Response" : "Message" },
        state,
      ],
      queue: true,
      generator: true,
      run: function* ([message]) {
        for (const said of cumulative(String(message))) yield [said, null];
      },
    },
  ];
}

/** A plain function: a text in, a text out, at once. */
export function gradioFunctionApp(): readonly GradioFunction[] {
  return [
    {
      apiName: "predict",
      inputs: [{ ...text, parameter: "text" }],
      outputs: [{ type: "textbox", label: "out" }],
      queue: true,
      generator: false,
      run: ([given]) => [[`echo: ${String(given)}`]],
    },
  ];
}

/** Every chat page has handlers besides its API: the wanted function is not the first. */
const clearTextbox: GradioFunction = {
  apiName: null,
  inputs: [text],
  outputs: [text, state],
  queue: false,
  generator: false,
  run: ([given]) => [["", given]],
};

/** The echo of a text as it grows. */
export function* cumulative(given: string): Iterable<string> {
  let said = "";
  for (const piece of echoPieces(given)) {
    said += piece;
    yield said;
  }
}
