/** The part of a workspace's `package.json` that what is published takes from it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Publication {
  readonly description: string;
  readonly entries: Readonly<Record<string, unknown>>;
  /** Names; their versions come from whichever workspace declares them. */
  readonly dependencies: readonly string[];
  readonly oldestNode: string;
}

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/**
 * The `package.json` of a published package. Throws when a dependency is not declared by exactly one workspace with one
 * exact version: what was tested is what is installed.
 */
export function publishedManifest(
  own: Manifest,
  workspaces: readonly Manifest[],
  publication: Publication,
): Record<string, unknown> {
  return {
    name: own.name,
    version: own.version,
    description: publication.description,
    license: "Apache-2.0",
    type: "module",
    ...publication.entries,
    engines: { node: `>=${publication.oldestNode}` },
    dependencies: Object.fromEntries(
      publication.dependencies.map((name) => [name, versionOf(name, workspaces)]),
    ),
    publishConfig: { access: "public" },
  };
}

function versionOf(name: string, workspaces: readonly Manifest[]): string {
  const [version, ...others] = workspaces.flatMap((workspace) => workspace.dependencies?.[name] ?? []);
  if (version === undefined) throw new Error(`no workspace declares ${name}, which a bundle leaves outside`);
  if (others.length > 0) throw new Error(`${name} is declared by more than one workspace`);
  if (!exact.test(version)) throw new Error(`${name} is declared as ${version}; publish one exact version`);
  return version;
}
