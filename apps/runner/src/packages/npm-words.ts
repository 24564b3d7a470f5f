import type { EnginePackages } from "@berth/engines";

const flags = ["--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
/** Npm's own patience with a network that is not there is over a minute. */
const impatience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"];

/** A machine that packages are fetched for on another one. */
export interface ForeignMachine {
  readonly platform: string;
  readonly arch: string;
}

/** What npm is told so that exactly these packages end up in `dir`. Nothing of theirs is run. */
export function installWords(
  dir: string,
  needed: EnginePackages,
  foreign?: ForeignMachine,
): readonly string[] {
  const machine =
    foreign === undefined ? [] : [`--os=${foreign.platform}`, `--cpu=${foreign.arch}`, "--libc=glibc"];
  return [...commonWords(dir), ...impatience, ...machine, ...needed.packages];
}

/** The same, for a person to run. */
export function installCommand(dir: string, needed: EnginePackages): string {
  return ["npm", ...commonWords(dir), ...needed.packages].join(" ");
}

function commonWords(dir: string): readonly string[] {
  return ["install", "--prefix", dir, ...flags];
}

const unreachable =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;
const prefix = /^npm (?:error|ERR!) ?/;
const empty =
  /^(?:code|syscall|errno|type) |^A complete log|^network (?:This is|In most|If you|'proxy')|^\w*$/;
const saidLines = 2;

/** Why npm failed, out of its output's last lines, and what a person can do. */
export function npmFailure(
  lines: readonly string[],
  end: string,
  dir: string,
  needed: EnginePackages,
): string {
  const errors = lines.filter((line) => prefix.test(line)).map((line) => line.replace(prefix, "").trim());
  const stackAt = errors.findIndex((line) => line.startsWith("at "));
  const beforeStack = stackAt === -1 ? errors : errors.slice(0, stackAt);
  const telling = beforeStack.filter((line) => !empty.test(line)).slice(0, saidLines);
  const said = telling.length > 0 ? telling.join("; ") : (errors[0] ?? lines.at(-1) ?? end);
  const command = installCommand(dir, needed);
  return errors.some((line) => unreachable.test(line))
    ? `${needed.title} is not installed yet, and npm cannot reach its registry: ${said}; start the service again when this machine has a network, or run there: ${command}`
    : `${needed.title} could not be installed: npm: ${said}; by hand it is: ${command}`;
}
