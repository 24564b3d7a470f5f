/** Blocks that are marked `norun`, in the guide's order, each with its reason. A block more or less fails the tests. */
export const notRun: readonly { readonly page: string; readonly first: string; readonly because: string }[] =
  [
    { page: "README.md", first: "npm start", because: "CI runs it, on a fresh clone; it keeps the terminal" },
    { page: "README.md", first: "npm test", because: "CI runs it; this test is a part of it" },
    {
      page: "docs/guide/services.md",
      first:
        "berth run --profile della --gres 1 --mem 16 --ntasks-per-node 4 --time 00:30:00 --constraint 'amd&gpu40' \\",
      because:
        "it needs a cluster; the CLI's tests send the same words, the lab's tests launch on a real one",
    },
    {
      page: "docs/guide/services.md",
      first:
        "berth run --profile della --gres 1 --time 8h --renew --idle-timeout 1h text-generation org/model",
      because: "it needs a cluster and hours; renewals are tested in memory by the control plane",
    },
    { page: "docs/guide/start.md", first: "npm start", because: "as in the README" },
    {
      page: "docs/guide/upgrading-and-backup.md",
      first: "git pull && npm start",
      because: "there is no newer version to pull in a test",
    },
  ];
