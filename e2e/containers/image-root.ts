import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Fills the folder with what an image of the stand-in server holds: this Node, the libraries it needs, and the server
 * under the names of the programs that engines start. No registry is asked.
 */
export function fillImageRoot(root: string): void {
  const node = realpathSync(process.execPath);
  for (const [program, place] of [
    [node, "usr/bin/node"],
    [realpathSync("/bin/sh"), "bin/sh"],
  ] as const) {
    const told = execFileSync("ldd", [program], { encoding: "utf8" });
    const libraries = [...told.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
    for (const path of libraries) put(path, join(root, path));
    put(program, join(root, place));
  }
  for (const name of ["vllm", "speech_recognition_launcher"]) {
    put(join(import.meta.dirname, "stand-in.mjs"), join(root, "usr/bin", name));
    chmodSync(join(root, "usr/bin", name), 0o755);
  }
  mkdirSync(join(root, "tmp"), { recursive: true, mode: 0o1777 });
  for (const name of ["proc", "sys", "dev", "etc", "root", "home", "var/tmp", "run"])
    mkdirSync(join(root, name), { recursive: true });
  // what Apptainer runs when it is told no program
  const runscript = join(root, ".singularity.d/runscript");
  mkdirSync(dirname(runscript), { recursive: true });
  writeFileSync(runscript, '#!/bin/sh\nexec /usr/bin/speech_recognition_launcher "$@"\n', { mode: 0o755 });
  // a script without an ending is CommonJS, unless its folder says otherwise
  writeFileSync(join(root, "usr/bin/package.json"), '{"type":"module"}');
}

function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
