import { readIfThere } from "../connection/home.ts";

/** The hosts that an ssh config names, without patterns; those of files it includes are not looked for. */
export function sshHosts(path: string): readonly string[] {
  return sshHostsIn(readIfThere(path) ?? "");
}

export function sshHostsIn(text: string): readonly string[] {
  const names = text.split("\n").flatMap((line) => {
    const [keyword = "", ...patterns] = line.trim().split(/[\s=]+/);
    return keyword.toLowerCase() === "host" ? patterns.map((name) => name.replaceAll('"', "")) : [];
  });
  return [...new Set(names.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_.:@-]*$/.test(name)))];
}
