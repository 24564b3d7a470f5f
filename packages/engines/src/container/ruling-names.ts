/**
 * Whether the runtime's own client reads the variable, so that it must not find the engine's there. None of these holds
 * a secret.
 */
export function rulesClient(name: string): boolean {
  return (
    /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|REGISTRY_AUTH_FILE|GODEBUG)$/.test(name) ||
    /^(?:LD|DYLD|XDG|DOCKER|CONTAINERS?|PODMAN|BUILDAH|STORAGE|SLURM|SBATCH|SRUN|PYXIS|ENROOT)_/.test(name)
  );
}

/** The variables that can be handed over by name, through the client's environment. */
export function byName(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !rulesClient(name)));
}
