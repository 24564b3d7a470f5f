import type { Language } from "./page.ts";

/** The command that runs a program of the guide: its text goes to a file first, as a reader would do it. */
export function snippetCommand(language: Exclude<Language, "sh">, text: string): string {
  const end = "END_OF_SNIPPET";
  switch (language) {
    case "python":
      return `cat > snippet.py <<'${end}'\n${text}\n${end}\npython snippet.py`;
    case "ts":
      return `cat > snippet.ts <<'${end}'\n${text}\n${end}\nnode --no-warnings snippet.ts`;
  }
}
