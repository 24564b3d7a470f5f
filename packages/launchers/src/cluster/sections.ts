/** A part of a script whose output is told apart from the others'. */
export interface SectionCommand {
  readonly name: string;
  /** POSIX shell. Its standard error counts as output. */
  readonly command: string;
}

export interface Section {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

const mark = "@@berth";

/** One script of several: a single connection asks many things, and one that fails hides no other. */
export function sectionScript(commands: readonly SectionCommand[]): string {
  return commands
    .map(
      ({ name, command }) =>
        `printf '\\n${mark} begin ${name}\\n'\n(\n${command}\n) 2>&1 </dev/null\nprintf '\\n${mark} end ${name} %d\\n' "$?"`,
    )
    .join("\n");
}

/** What each section printed, without blank lines. A section that is missing or cut off is not there. */
export function readSections(stdout: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  let lines: string[] = [];
  for (const line of stdout.split("\n")) {
    const [, verb, name, code] = /^@@berth (begin|end) (\S+)(?: (\d+))?$/.exec(line) ?? [];
    if (verb === "begin") lines = [];
    else if (verb === "end" && name !== undefined) sections.set(name, { lines, exitCode: Number(code) });
    else if (line.trim() !== "") lines.push(line.trimEnd());
  }
  return sections;
}
