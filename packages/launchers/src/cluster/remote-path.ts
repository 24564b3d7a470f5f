import { shellQuote } from "@berth/std/shell-quote";

/** A path of the cluster as one word for its shell, which knows what `~` is there. */
export function shellPath(path: string): string {
  if (path === "~") return '"$HOME"';
  return path.startsWith("~/") ? `"$HOME"/${shellQuote(path.slice(2))}` : shellQuote(path);
}
