import { BerthError } from "@berth/api";

const words: ReadonlyMap<string, string> = new Map([
  ["x86_64", "x64"],
  ["amd64", "x64"],
  ["aarch64", "arm64"],
  ["arm64", "arm64"],
  ["ppc64le", "ppc64"],
  ["riscv64", "riscv64"],
  ["s390x", "s390x"],
]);

/**
 * Node's word for what `uname -m` says. Throws `unprocessable` for an architecture that is none of these: the word names
 * packages and directories on this machine, and a login node may say anything.
 */
export function nodeArch(machine: string): string {
  const word = words.get(machine);
  if (word !== undefined) return word;
  throw new BerthError(
    "unprocessable",
    `the cluster's machines are of no architecture that Node is made for: ${JSON.stringify(machine.slice(0, 80))}`,
    { param: "profile" },
  );
}
