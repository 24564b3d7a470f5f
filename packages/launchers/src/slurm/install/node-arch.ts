/** Node's word for what `uname -m` says. */
export function nodeArch(machine: string): string {
  const words: Readonly<Record<string, string>> = {
    x86_64: "x64",
    amd64: "x64",
    aarch64: "arm64",
    ppc64le: "ppc64",
  };
  return words[machine] ?? machine;
}
