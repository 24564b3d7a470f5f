import type { HandlerSource, HandlerSpec } from "@berth/api";
import { handlerSourceName } from "@berth/api/handler-source-name";

/** A function or class of one's own, as it stands in fields. */
export interface HandlerForm {
  readonly source: HandlerSource["kind"];
  /** The file's name; of the other sources, where it lies. */
  readonly name: string;
  /** The file itself. */
  readonly text: string;
  readonly className: string;
  /** One a line. */
  readonly requirements: string;
  readonly systemDependencies: string;
}

export const blankHandlerForm: HandlerForm = {
  source: "text",
  name: "handler.py",
  text: "",
  className: "",
  requirements: "",
  systemDependencies: "",
};

export function handlerForm(spec: HandlerSpec): HandlerForm {
  const { source, className = "", requirements = [], systemDependencies = [] } = spec;
  return {
    source: source.kind,
    name: handlerSourceName(source),
    text: source.kind === "text" ? source.text : "",
    className,
    requirements: requirements.join("\n"),
    systemDependencies: systemDependencies.join("\n"),
  };
}

/** Undefined while something is missing or wrong, which is then among the problems. */
export function readHandler(form: HandlerForm, problems: Record<string, string>): HandlerSpec | undefined {
  const language = languageOf(form.name);
  const { name } = form;
  if (form.source === "text" && form.text.trim() === "")
    problems["template.handler"] = "choose a file, or write one";
  else if (form.source !== "text" && name.trim() === "") problems["template.handler"] = "say where it lies";
  else if (language === undefined)
    problems["template.handler.source"] = "it ends with .py for Python, or with .ts or .js";
  if (language === undefined || problems["template.handler"] !== undefined) return undefined;
  const requirements = linesOf(form.requirements);
  const systemDependencies = linesOf(form.systemDependencies);
  return {
    language,
    source: sourceOf(form),
    ...(language === "typescript" || form.className === "" ? {} : { className: form.className }),
    ...(requirements.length === 0 ? {} : { requirements }),
    ...(systemDependencies.length === 0 ? {} : { systemDependencies }),
  };
}

function sourceOf({ source, name, text }: HandlerForm): HandlerSource {
  switch (source) {
    case "text":
      return { kind: "text", name, text };
    case "url":
      return { kind: "url", url: name };
    case "path":
      return { kind: "path", path: name };
  }
}

/** By how the file's name ends; undefined for another ending. */
export function languageOf(name: string): HandlerSpec["language"] | undefined {
  if (/\.py(?:[?#].*)?$/.test(name)) return "python";
  return /\.[cm]?[jt]s(?:[?#].*)?$/.test(name) ? "typescript" : undefined;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
