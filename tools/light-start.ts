/**
 * Makes the bundled CLI start fast: one file holds what every command needs, and Node's modules are taken as they are,
 * without the namespaces that a static import makes of them.
 */

const fromNode = /^import (?:([\w$]+)(?:, )?)?(?:\{([^}]*)\})? from "(node:[\w/]+)";$/gm;

/**
 * A static import reads every export of a module: of `node:process` that opens standard input, of `node:http` it loads
 * fetch. This takes what is named, and nothing more.
 */
const takeFromNode = {
  name: "take-from-node",
  renderChunk(code: string): { code: string } {
    return {
      code: code.replaceAll(
        fromNode,
        (_, whole: string | undefined, named: string | undefined, module: string) => {
          const taken = [
            ...(whole === undefined ? [] : [whole]),
            ...(named === undefined ? [] : [`{${renamed(named)}}`]),
          ];
          return taken.map((names) => `const ${names} = process.getBuiltinModule("${module}");`).join(" ");
        },
      ),
    };
  },
};

/** `a as b` of an import is `a: b` of an object. */
function renamed(names: string): string {
  return names.replaceAll(/ as /g, ": ");
}

const lazySpawn = "\0light-start:spawn";

/** Commander starts programs only for commands that are programs of their own, and we have none. */
const commanderSpawnsLate = {
  name: "commander-spawns-late",
  resolveId(source: string, importer: string | undefined): string | undefined {
    const isCommander = importer?.includes("/node_modules/commander/") === true;
    return isCommander && source === "node:child_process" ? lazySpawn : undefined;
  },
  load(id: string): string | undefined {
    if (id !== lazySpawn) return undefined;
    return 'export default { spawn: (...words) => process.getBuiltinModule("node:child_process").spawn(...words) };';
  },
};

/** Whatever is not a command's own: many small files take longer to load than one larger. */
const shared =
  /light-start:|\/commander\/|packages\/(client|api)\/|apps\/cli\/src\/(?!(commands|chat|completion|launch|models|profiles)\/|main\.ts)/;

/** What the CLI's bundle has beside the settings of every bundle. */
export const lightStart = {
  // Node reads none unless it is told to, and renderChunk above would leave it wrong.
  sourcemap: false,
  plugins: [takeFromNode, commanderSpawnsLate],
  outputOptions: { codeSplitting: { groups: [{ name: "shared", test: shared }] } },
};
