import { basename } from "node:path";

/** One page without anything from elsewhere: input, run, cancel, what is yielded as it comes, progress. */
export function tryItPage(file: string): string {
  const name = basename(file).replaceAll(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.25rem; }
  label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
  textarea, pre { box-sizing: border-box; width: 100%; font: 13px/1.5 ui-monospace, monospace; padding: .75rem;
    border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 6px; background: transparent; }
  textarea { min-height: 8rem; color: inherit; }
  pre { min-height: 6rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
  button { font: inherit; padding: .4rem 1rem; margin: .75rem .5rem 0 0; }
  progress { width: 100%; }
  #state { opacity: .75; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
<h1>${name}</h1>
<p id="state" role="status"></p>
<form>
  <label for="input">Input (JSON)</label>
  <textarea id="input" spellcheck="false">{}</textarea>
  <button id="run">Run</button><button id="cancel" type="button" disabled>Cancel</button>
</form>
<p><progress id="progress" hidden></progress> <span id="told"></span></p>
<label id="label">Output</label>
<pre id="output" aria-labelledby="label" aria-live="polite"></pre>
<script type="module">
  const [input, run, cancel, output, bar, told, state] = ["input", "run", "cancel", "output", "progress", "told", "state"].map((id) => document.getElementById(id));
  const kept = "berth-worker-input";
  input.value = localStorage.getItem(kept) ?? input.value;
  let running;
  const print = (value) => { output.textContent += (typeof value === "string" ? value : JSON.stringify(value, undefined, 2)) + "\\n"; };
  // with its lines as lines
  const refusal = (text) => {
    try {
      const { code, message, details } = JSON.parse(text).error;
      return details ?? code + ": " + message;
    } catch {
      return text;
    }
  };
  const show = ({ done, total, message }) => {
    bar.hidden = false;
    if (total === null) bar.removeAttribute("value"); else { bar.max = total; bar.value = done; }
    told.textContent = [total === null ? done : done + " of " + total, message].filter((each) => each !== null).join(", ");
  };
  document.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    output.textContent = told.textContent = "";
    bar.hidden = true;
    localStorage.setItem(kept, input.value);
    running = new AbortController();
    run.disabled = true;
    cancel.disabled = false;
    const began = performance.now();
    try {
      const answer = await fetch("/predict", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/x-ndjson", "x-berth-progress": "true" },
        body: input.value,
        signal: running.signal,
      });
      if (!answer.headers.get("content-type")?.startsWith("application/x-ndjson")) print(answer.ok ? await answer.text() : refusal(await answer.text()));
      else {
        let rest = "";
        for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
          const lines = (rest + text).split("\\n");
          rest = lines.pop();
          for (const line of lines) {
            const value = JSON.parse(line);
            const [only, ...others] = Object.keys(value ?? {});
            if (only === "progress" && others.length === 0) show(value.progress);
            else if (only === "error" && others.length === 0) print(refusal(line));
            else print(value);
          }
        }
      }
      told.textContent += " done in " + Math.round(performance.now() - began) + " ms";
    } catch (error) {
      print(running.signal.aborted ? "cancelled" : String(error));
    }
    run.disabled = false;
    cancel.disabled = true;
  });
  cancel.addEventListener("click", () => running?.abort());
  for (;;) {
    try {
      const now = await (await fetch("/-/state")).json();
      state.textContent = now.kind === "failed" ? now.reason : now.kind === "ready" ? "ready (loaded " + now.generation + (now.generation === 1 ? " time)" : " times)") : "starting";
    } catch {
      state.textContent = "berth worker dev has ended";
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
</script>
</html>
`;
}
