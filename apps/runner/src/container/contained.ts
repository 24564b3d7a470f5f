import type { EngineProgram } from "@berth/api/runner";

/** Whether the engine's processes are not the children of the command that starts it. */
export function livesOutside(program: EngineProgram): boolean {
  return program.kind === "command" && (program.container?.cleanup.length ?? 0) > 0;
}

/** The variables of this process's environment that a container is to get, by the names it gets them under. */
export function forwarded(
  program: EngineProgram,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (program.kind !== "command" || program.container === undefined) return {};
  return Object.fromEntries(
    Object.entries(program.container.forward).flatMap(([as, name]) => {
      const value = env[name];
      return value === undefined ? [] : [[as, value]];
    }),
  );
}
