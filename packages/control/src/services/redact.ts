/** Hides values whose names say that they are secret. A guess by name: what bears an innocent name is shown. */

const secretName = /(?:key|token|secret|password|passwd|credential)s?$/i;
export const hidden = "***";

/** `--api-key sk-1` and `--api-key=sk-1` lose their value; placeholders of ours, as `{key}`, stay. */
export function redactWords(words: readonly string[]): string[] {
  let hideNext = false;
  return words.map((word) => {
    const isValue = hideNext && !word.startsWith("-");
    hideNext = false;
    if (isValue) return /^\{\w+\}$/.test(word) ? word : hidden;
    const [flag = "", ...rest] = word.split("=");
    if (!/^--?\w/.test(flag) || !secretName.test(flag)) return word;
    if (rest.length === 0) {
      hideNext = true;
      return word;
    }
    return /^\{\w+\}$/.test(rest.join("=")) ? word : `${flag}=${hidden}`;
  });
}

export function redactEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      secretName.test(name) && !/^\{\w+\}$/.test(value) ? hidden : value,
    ]),
  );
}

/** Names only: what people put into an engine's environment is nobody else's business. */
export function hideValues(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, hidden]));
}
