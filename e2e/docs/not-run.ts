/** Blocks that are marked `norun`, in the guide's order, each with its reason. A block more or less fails the tests. */
export const notRun: readonly { readonly page: string; readonly first: string; readonly because: string }[] =
  [
    { page: "README.md", first: "npm start", because: "CI runs it, on a fresh clone; it keeps the terminal" },
    { page: "README.md", first: "npm test", because: "CI runs it; this test is a part of it" },
    {
      page: "docs/guide/containers.md",
      first: "berth run text-generation TinyLlama/TinyLlama-1.1B-Chat-v1.0 --runtime podman --wait",
      because: "it needs a registry's images and a GPU; e2e/containers runs others",
    },
    {
      page: "docs/guide/containers.md",
      first:
        "berth run command --runtime podman --container localhost/mine:1 --wait -- my-server --uds {socket}",
      because: "it needs an image of the reader's; e2e/containers runs another",
    },
    {
      page: "docs/guide/containers.md",
      first: "podman ps --all --filter label=berth.launch",
      because: "the machine may have no Podman",
    },
    { page: "docs/guide/start.md", first: "npm start", because: "as in the README" },
    {
      page: "docs/guide/upgrading-and-backup.md",
      first: "git pull && npm start",
      because: "there is no newer version to pull in a test",
    },
  ];
