/** What no bundle holds: native code, and what looks for files of its own at run time. */

/** The published package depends on these, at the versions of the manifests that declare them. */
export const dependedOn: readonly string[] = ["better-sqlite3", "pino"];

/** Engines are large and of one platform each: an installed Berth fetches them when they are first needed. */
export const fetchedOnDemand: readonly (string | RegExp)[] = [
  "node-llama-cpp",
  /^@node-llama-cpp\//,
  "@huggingface/transformers",
  "@fugood/whisper.node",
  "audio-decode",
];
