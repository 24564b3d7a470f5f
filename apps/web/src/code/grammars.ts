import type { LanguageInput } from "shiki/core";

interface Grammar {
  readonly name: string;
  readonly load: () => Promise<{ default: LanguageInput }>;
}

/** The languages that answers and snippets are mostly written in; each is a file of its own, read when first met. */
const grammars: readonly (Grammar & { readonly also: readonly string[] })[] = [
  {
    name: "bash",
    also: ["sh", "shell", "zsh", "console", "curl"],
    load: () => import("shiki/langs/bash.mjs"),
  },
  { name: "c", also: ["h", "cpp", "c++", "hpp"], load: () => import("shiki/langs/c.mjs") },
  { name: "css", also: [], load: () => import("shiki/langs/css.mjs") },
  { name: "diff", also: ["patch"], load: () => import("shiki/langs/diff.mjs") },
  { name: "go", also: ["golang"], load: () => import("shiki/langs/go.mjs") },
  { name: "html", also: ["xml", "svg"], load: () => import("shiki/langs/html.mjs") },
  { name: "java", also: [], load: () => import("shiki/langs/java.mjs") },
  { name: "javascript", also: ["js", "mjs"], load: () => import("shiki/langs/javascript.mjs") },
  { name: "json", also: ["jsonc", "json5"], load: () => import("shiki/langs/json.mjs") },
  { name: "python", also: ["py"], load: () => import("shiki/langs/python.mjs") },
  { name: "rust", also: ["rs"], load: () => import("shiki/langs/rust.mjs") },
  { name: "sql", also: [], load: () => import("shiki/langs/sql.mjs") },
  { name: "toml", also: ["ini"], load: () => import("shiki/langs/toml.mjs") },
  { name: "tsx", also: ["jsx"], load: () => import("shiki/langs/tsx.mjs") },
  { name: "typescript", also: ["ts"], load: () => import("shiki/langs/typescript.mjs") },
  { name: "yaml", also: ["yml"], load: () => import("shiki/langs/yaml.mjs") },
];

export function grammarOf(language: string): Grammar | undefined {
  const wanted = language.toLowerCase();
  return grammars.find(({ name, also }) => name === wanted || also.includes(wanted));
}
