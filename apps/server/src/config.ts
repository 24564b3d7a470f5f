import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { BerthError } from "@berth/api";
import { settings, type SettingName, type SettingOrigin, type Settings } from "./settings.ts";

/** What the server was told, and by whom. */
export interface Config {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingName, SettingOrigin>>;
  readonly homeDir: string;
  readonly stateDir: string;
  readonly enginesDir: string;
  /** `--no-demo`: leave the demo model out. */
  readonly demo: boolean;
  /** `--stop-services`: engines end with the server. */
  readonly stopServices: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const switches = ["no-demo", "stop-services"];

/** Reads settings from flags, else the environment, else defaults. Throws `invalid_request` naming the setting and the fix. */
export function readConfig(argv: readonly string[], environment: Environment): Config {
  const { values, present } = readFlags(argv);
  const read: Record<string, unknown> = {};
  const origins: Partial<Record<SettingName, SettingOrigin>> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting = settings[name];
    const flag = "flag" in setting ? values.get(setting.flag) : undefined;
    const fromEnvironment = environment[name] === "" ? undefined : environment[name];
    const text = flag ?? fromEnvironment ?? ("default" in setting ? setting.default : undefined);
    origins[name] = flag !== undefined ? "flag" : fromEnvironment !== undefined ? "environment" : "default";
    read[name] = text === undefined ? undefined : parse(name, text, origins[name]);
  }
  const parsed = read as unknown as Settings;
  const homeDir = absolute(parsed.BERTH_HOME_DIR);
  return {
    settings: parsed,
    origins: origins as Record<SettingName, SettingOrigin>,
    homeDir,
    stateDir: parsed.BERTH_STATE_DIR === undefined ? homeDir : absolute(parsed.BERTH_STATE_DIR),
    enginesDir:
      parsed.BERTH_ENGINES_DIR === undefined ? join(homeDir, "engines") : absolute(parsed.BERTH_ENGINES_DIR),
    demo: !present.has("no-demo"),
    stopServices: present.has("stop-services"),
  };
}

/** `~` is the user's home; anything relative starts at the working directory. */
export function absolute(path: string): string {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(path);
}

function parse(name: SettingName, text: string, origin: SettingOrigin): unknown {
  const setting = settings[name];
  const result = setting.schema.safeParse(text);
  if (result.success) return result.data;
  const where = origin === "flag" && "flag" in setting ? `--${setting.flag}` : name;
  const shown = "secret" in setting ? "its value" : `"${text}"`;
  const why = result.error.issues[0]?.message ?? "it cannot be read";
  throw new BerthError("invalid_request", `${where}: ${shown} does not fit: ${why}`, { param: name });
}

function readFlags(argv: readonly string[]): { values: Map<string, string>; present: Set<string> } {
  const known = Object.values(settings).flatMap((setting) => ("flag" in setting ? [setting.flag] : []));
  const values = new Map<string, string>();
  const present = new Set<string>();
  for (let index = 0; index < argv.length; index += 1) {
    const [name = "", inline] = (argv[index] ?? "").replace(/^--/, "").split(/=(.*)/s, 2);
    if (
      argv[index]?.startsWith("--") !== true ||
      !(switches.includes(name) || (known as string[]).includes(name))
    ) {
      const all = [...known, ...switches].map((flag) => `--${flag}`).join(", ");
      throw new BerthError("unknown_parameter", `unknown option ${argv[index] ?? ""}; known: ${all}`);
    }
    if (switches.includes(name)) present.add(name);
    else if (inline !== undefined) values.set(name, inline);
    else if (
      name === "debug" &&
      (argv[index + 1] === undefined || argv[index + 1]?.startsWith("--") === true)
    )
      values.set(name, "1");
    else {
      index += 1;
      const value = argv[index];
      if (value === undefined)
        throw new BerthError("invalid_request", `--${name} needs a value`, { param: name });
      values.set(name, value);
    }
  }
  return { values, present };
}
