import { fieldsOf } from "../fields-of.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { applyEdits } from "./apply-edits.ts";
import { appFailure, broken } from "./gradio-failure.ts";

/** All outputs of a function, each whole. */
export type Outputs = readonly unknown[];

/** A message of a queue. */
export type QueueMessage = Readonly<Record<string, unknown>>;

/**
 * The answers in what a queue says of one call; the last one may come twice. With `edits`, each after the first tells
 * what is new in it alone. Throws ProviderFailure when the function fails, or the messages end before its last answer.
 */
export async function* answersIn(
  messages: AsyncIterable<QueueMessage>,
  { edits }: { readonly edits: boolean },
): AsyncGenerator<Outputs> {
  let before: Outputs | undefined;
  for await (const { msg, output, success, message } of messages) {
    switch (msg) {
      case "process_generating":
      case "process_completed": {
        const { data, error } = fieldsOf(output);
        if (success === false || (error !== undefined && error !== null)) throw appFailure(error);
        if (!Array.isArray(data)) throw broken("the call was canceled by the app");
        if (msg === "process_completed") return yield data;
        before = edits && before !== undefined ? editedAll(before, data) : data;
        yield before;
        break;
      }
      case "unexpected_error":
        throw appFailure(message);
      case "queue_full":
        throw new ProviderFailure({ kind: "busy", message: "the app's queue is full" });
    }
  }
  throw broken("the app's stream ended before its last message");
}

function editedAll(before: Outputs, edits: readonly unknown[]): Outputs {
  return before.map((value, at) => (edits[at] === undefined ? value : applyEdits(value, edits[at])));
}

/** Throws ProviderFailure for what is none. */
export function readMessage(text: string): QueueMessage {
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    throw broken(`the app's stream holds something that is no JSON: ${text.slice(0, 200)}`, error);
  }
}
