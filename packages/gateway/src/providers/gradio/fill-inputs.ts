import type { GradioComponent } from "./gradio-app.ts";
import type { RequestMessage } from "@berth/api/openai";
import {
  type Conversation,
  readConversation,
  systemAsTurn,
  textMessages,
} from "../../prompts/conversation.ts";
import type { ProviderCall } from "../provider.ts";
import { untranslatable } from "../require-translatable.ts";
import { promptFor, type TextRequest } from "../text-request.ts";

/** Inputs that many apps have beside the message, known by their labels. */
export type Setting = "system" | "max_tokens" | "temperature" | "top_p" | "top_k" | "seed";

const labels: Readonly<Record<Setting, RegExp>> = {
  system: /\bsystem/i,
  max_tokens: /\bmax.*(?:tokens|length)/i,
  temperature: /temperature/i,
  top_p: /\btop[\s_-]*p\b/i,
  top_k: /\btop[\s_-]*k\b/i,
  seed: /\bseed\b/i,
};

const messageTypes: readonly string[] = ["textbox", "multimodaltextbox"];
const numberTypes: readonly string[] = ["slider", "number"];

/** Which of a function's inputs is what. */
export interface InputRoles {
  readonly message: number;
  readonly history: number | undefined;
  readonly settings: ReadonlyMap<Setting, number>;
}

/** `undefined` for a function that takes no text. */
export function inputRoles(inputs: readonly GradioComponent[]): InputRoles | undefined {
  const settings = new Map<Setting, number>();
  for (const [at, { type, label }] of inputs.entries())
    for (const [setting, pattern] of Object.entries(labels) as [Setting, RegExp][])
      if (pattern.test(label) && (setting === "system" ? type === "textbox" : numberTypes.includes(type)))
        settings.set(setting, at);
  const message = inputs.findIndex(
    ({ type }, at) => messageTypes.includes(type) && settings.get("system") !== at,
  );
  const history = inputs.findIndex(({ type }) => type === "chatbot");
  return message === -1 ? undefined : { message, history: history === -1 ? undefined : history, settings };
}

export interface FilledInputs {
  readonly data: readonly unknown[];
  readonly stops: readonly string[];
  readonly spaceBeforeAnswer: boolean;
}

/**
 * The inputs of a function: states are null, for the app has its own, and all that is not asked for is as on the page.
 * Throws BerthError `unsupported` for a conversation that the function has no place for.
 */
export function fillInputs(
  inputs: readonly GradioComponent[],
  roles: InputRoles,
  request: TextRequest,
  call: ProviderCall,
): FilledInputs {
  const { message, history, system, ...ends } = saidTo(inputs, roles, request, call);
  const values: Readonly<Record<Setting, unknown>> = {
    system,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
  };
  const given = new Map<number, unknown>();
  for (const [setting, at] of roles.settings)
    if (values[setting] !== undefined) given.set(at, values[setting]);
  if (roles.history !== undefined) given.set(roles.history, history);
  given.set(
    roles.message,
    inputs[roles.message]?.type === "multimodaltextbox" ? { text: message, files: [] } : message,
  );
  const data = inputs.map(({ type, value }, at) =>
    given.has(at) ? given.get(at) : type === "state" ? null : value,
  );
  return { data, ...ends };
}

interface Said {
  readonly message: string;
  readonly history: readonly unknown[];
  readonly system: string | undefined;
  readonly stops: readonly string[];
  readonly spaceBeforeAnswer: boolean;
}

function saidTo(
  inputs: readonly GradioComponent[],
  roles: InputRoles,
  request: TextRequest,
  call: ProviderCall,
): Said {
  const { asked } = request;
  const { upstream } = call;
  const plain = { history: [], system: undefined, stops: [], spaceBeforeAnswer: false };
  if (asked.kind === "messages" && roles.history !== undefined) {
    const whole = conversationOf(asked.messages);
    const told = roles.settings.has("system") ? whole : systemAsTurn(whole);
    const history = historyOf(told, inputs[roles.history]?.history);
    return { ...plain, message: told.last, history, system: told.system };
  }
  if (asked.kind === "messages" && upstream.prompt === null) {
    const { system, turns, last } = conversationOf(asked.messages);
    if (turns.length > 0 || (system !== undefined && !roles.settings.has("system")))
      throw untranslatable(
        "messages",
        "gradio",
        `this app takes one message, and no history: set \`prompt\` of ${upstream.id}, so that a conversation is written into it`,
      );
    return { ...plain, message: last, system };
  }
  const { prompt, ...rendered } = promptFor(request, call);
  return { ...plain, message: prompt, ...rendered };
}

function conversationOf(messages: readonly RequestMessage[]): Conversation {
  return readConversation(textMessages(messages));
}

function historyOf(
  { turns }: Conversation,
  form: GradioComponent["history"] | undefined,
): readonly unknown[] {
  if (form === undefined || form === "pairs") return turns.map(({ user, answer }) => [user, answer]);
  const content = (text: string) => (form === "parts" ? [{ type: "text", text }] : text);
  return turns.flatMap(({ user, answer }) => [
    { role: "user", content: content(user) },
    { role: "assistant", content: content(answer) },
  ]);
}
