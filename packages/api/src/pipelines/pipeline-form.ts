import type { PipelineTask } from "../tasks.ts";

/** What stands in a field. `texts`, `images` and `sounds`: one, or a list of them, which is answered by a list. */
export type FieldKind =
  | "texts"
  /** Also a conversation: messages of `role` and `content`, or a list of conversations. */
  | "prompts"
  | "text"
  /** A list of words, or one text with commas between them. */
  | "labels"
  /** The same, and there may be none. */
  | "names"
  /** Each an http(s) or data: URL, base64, or an uploaded file. */
  | "images"
  | "sounds"
  /** `{"question", "context"}`, or a list of them. */
  | "questions"
  | "flag"
  | "count"
  | "number"
  | "numbers"
  /** One of the field's `words`. */
  | "word"
  | "anything";

export interface PipelineField {
  readonly name: string;
  /** What else it may be called. */
  readonly aliases?: readonly string[];
  readonly kind: FieldKind;
  readonly words?: readonly string[];
  readonly isRequired?: boolean;
  readonly about: string;
}

/** What one task takes at `POST /predict`, and gives. */
export interface PipelineForm {
  readonly task: PipelineTask;
  /** What it works on. */
  readonly inputs: readonly PipelineField[];
  /** How; each stands beside the inputs or in `kwargs`. */
  readonly options: readonly PipelineField[];
  /** It writes token by token: `kwargs` may also hold whatever generation takes (`max_new_tokens`, `temperature` ...). */
  readonly generates: boolean;
  readonly gives: string;
  readonly example: {
    readonly request: Readonly<Record<string, unknown>>;
    readonly answer: unknown;
  };
}

/** Every task takes its first input by this name too, as the Hub's inference API has it. */
export const firstInputAlias = "inputs";
/** Where options may stand, and its name in the Hub's inference API. */
export const optionsFields: readonly string[] = ["kwargs", "parameters"];
