/** The words that start a server that does as it is told; `scripted-engine.mjs` says what it can be told. */
export const scriptedEngine: readonly [string, string] = [
  process.execPath,
  new URL("./scripted-engine.mjs", import.meta.url).pathname,
];
