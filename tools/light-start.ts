/**
 * Makes the bundled CLI start fast: one file holds what every command needs, and commander's imports of Node's modules
 * do not run what it has no use for.
 */

/** A namespace import of `node:process` opens standard input; one of `node:util` or `node:child_process` loads much. */
const lightModules: Readonly<Record<string, string>> = {
  "node:process": "export default globalThis.process;",
  "node:util":
    'export const stripVTControlCharacters = (text) => process.getBuiltinModule("node:util").stripVTControlCharacters(text);',
  "node:child_process":
    'export default { spawn: (...words) => process.getBuiltinModule("node:child_process").spawn(...words) };',
};
const prefix = "\0light-start:";

const commanderStartsLight = {
  name: "commander-starts-light",
  resolveId(source: string, importer: string | undefined): string | undefined {
    const isCommander = importer?.includes("/node_modules/commander/") === true;
    return isCommander && source in lightModules ? `${prefix}${source}` : undefined;
  },
  load(id: string): string | undefined {
    return id.startsWith(prefix) ? lightModules[id.slice(prefix.length)] : undefined;
  },
};

/** Whatever is not a command's own: many small files take longer to load than one larger. */
const shared =
  /light-start:|\/commander\/|packages\/(client|api)\/|apps\/cli\/src\/(?!(commands|chat|completion|launch|models|profiles)\/|main\.ts)/;

/** What the CLI's bundle has beside the settings of every bundle. */
export const lightStart = {
  plugins: [commanderStartsLight],
  outputOptions: { codeSplitting: { groups: [{ name: "shared", test: shared }] } },
};
