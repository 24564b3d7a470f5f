import { createStore } from "../state/store.ts";

export type Theme = "system" | "light" | "dark";

/** What `/theme.js` has already put on the page before the first paint. */
function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export const theme = createStore<Theme>(typeof document === "undefined" ? "system" : current());

export function chooseTheme(next: Theme): void {
  theme.set(next);
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  try {
    if (next === "system") localStorage.removeItem("berth.theme");
    else localStorage.setItem("berth.theme", next);
  } catch {
    // storage is refused: the choice holds until the page is left
  }
}
