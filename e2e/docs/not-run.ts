/** Blocks that are marked `norun`, in the guide's order, each with its reason. A block more or less fails the tests. */
export const notRun: readonly { readonly page: string; readonly first: string; readonly because: string }[] =
  [
    { page: "README.md", first: "npm start", because: "CI runs it, on a fresh clone; it keeps the terminal" },
    { page: "README.md", first: "npm test", because: "CI runs it; this test is a part of it" },
    { page: "docs/guide/start.md", first: "npm start", because: "as in the README" },
    {
      page: "docs/guide/profiles.md",
      first:
        "berth profile add della --host della.example.edu --user me --home '~/.berth' --cache /data/models --yes",
      because: "it needs a cluster; e2e/slurm/profiles.test.ts runs it on the lab",
    },
    {
      page: "docs/guide/profiles.md",
      first: "berth profile ls",
      because: "as above",
    },
    {
      page: "docs/guide/profiles.md",
      first: "berth doctor --profile della",
      because: "as above; e2e/slurm/doctor.test.ts",
    },
    {
      page: "docs/guide/profiles.md",
      first: "berth profile repair della --yes",
      because: "as above",
    },
    {
      page: "docs/guide/upgrading-and-backup.md",
      first: "git pull && npm start",
      because: "there is no newer version to pull in a test",
    },
  ];
