import { nearest } from "../nearest.ts";

/** What a line typed into a chat asks for. */
export type LineCommand =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "help" }
  | { readonly kind: "reset" }
  | { readonly kind: "exit" }
  /** `undefined` asks what it is; `""` takes it away. */
  | { readonly kind: "system"; readonly prompt: string | undefined }
  | { readonly kind: "model"; readonly name: string | undefined }
  | { readonly kind: "unknown"; readonly name: string; readonly near: string | undefined };

export const chatHelp = `  /model [NAME]    show the models, or talk to another one
  /system [TEXT]   show or set the system prompt; /system "" takes it away
  /reset           forget the conversation
  /exit            leave (also Ctrl-D)
  """              begin and end a message of several lines
  Ctrl-C           stop an answer`;

const names = ["help", "reset", "exit", "quit", "bye", "system", "model"];

export function readLineCommand(line: string): LineCommand {
  const trimmed = line.trim();
  if (trimmed === "") return { kind: "nothing" };
  const [, name, rest = ""] = /^\/([a-z]+|\?)(?:\s+(.*))?$/s.exec(trimmed) ?? [];
  switch (name) {
    case undefined:
      return { kind: "say", text: line };
    case "help":
    case "?":
      return { kind: "help" };
    case "reset":
      return { kind: "reset" };
    case "exit":
    case "quit":
    case "bye":
      return { kind: "exit" };
    case "system":
      return { kind: "system", prompt: rest === "" ? undefined : rest.replace(/^"(.*)"$/s, "$1") };
    case "model":
      return { kind: "model", name: rest === "" ? undefined : rest };
    default:
      return { kind: "unknown", name, near: nearest(name, names) };
  }
}
