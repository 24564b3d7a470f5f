/** Blocks that are marked `norun`, in the guide's order, each with its reason. A block more or less fails the tests. */
export const notRun: readonly { readonly page: string; readonly first: string; readonly because: string }[] =
  [
    { page: "README.md", first: "npm start", because: "CI runs it, on a fresh clone; it keeps the terminal" },
    {
      page: "README.md",
      first:
        "berth profile add della --schema slurm --host della.example.edu --user ada --home /home/ada/.berth --cache /shared/models",
      because: "it needs a cluster; e2e/slurm runs these on the lab",
    },
    {
      page: "README.md",
      first: "berth run --profile della --time 00:30:00 text-generation berth/pilot --name far --wait",
      because: "as above; the images of vLLM need a registry, too",
    },
    {
      page: "README.md",
      first: 'berth chat far --message "What is the capital of France?"',
      because: "as above",
    },
    { page: "README.md", first: "npm test", because: "CI runs it; this test is a part of it" },
    {
      page: "docs/guide/containers.md",
      first: "berth run text-generation TinyLlama/TinyLlama-1.1B-Chat-v1.0 --runtime podman --wait",
      because: "it needs a registry's images and a GPU; e2e/containers runs others",
    },
    {
      page: "docs/guide/containers.md",
      first: "berth image pull vllm/vllm-openai:v0.20.0 -p della",
      because: "it needs a cluster and a registry; e2e/slurm/container-services pulls and runs another image",
    },
    {
      page: "docs/guide/containers.md",
      first: "berth profile update della --setup 'module load apptainer'",
      because: "it needs a cluster; e2e/slurm/container-services gives another line",
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
    {
      page: "docs/guide/handlers.md",
      first: "berth run handler shout.py:Handler --name shout --port 8112 --wait",
      because: "it installs packages of PyPI; e2e/handlers runs others like it",
    },
    {
      page: "docs/guide/handlers.md",
      first: "berth worker dev double.py",
      because: "as above; e2e/handlers/python-worker runs others like it",
    },
    {
      page: "docs/guide/models.md",
      first: "berth model ls -p della",
      because: "it needs a cluster; e2e/slurm/models.long.test.ts runs these on one",
    },
    {
      page: "docs/guide/models.md",
      first: "berth image pull vllm/vllm-openai:v0.20.0 -p della",
      because: "it needs a registry; e2e/slurm/images.long.test.ts makes images of files",
    },
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
    {
      page: "docs/guide/slurm.md",
      first:
        "berth profile add della --schema slurm --host della.example.edu --user anna --home /home/anna/.berth --cache /shared/models --yes",
      because: "it needs a cluster; e2e/slurm/journey.test.ts runs these on the lab",
    },
    {
      page: "docs/guide/slurm.md",
      first: "berth model add berth/pilot --profile della",
      because: "as above",
    },
    {
      page: "docs/guide/slurm.md",
      first: "berth ls",
      because: "as above",
    },
    {
      page: "docs/guide/slurm.md",
      first: "berth profile login della",
      because: "a person answers; e2e/slurm logs in to a login node that asks",
    },
    { page: "docs/guide/start.md", first: "npm start", because: "as in the README" },
    {
      page: "docs/guide/upgrading-and-backup.md",
      first: "git pull && npm start",
      because: "there is no newer version to pull in a test",
    },
    {
      page: "docs/guide/usage-and-limits.md",
      first: "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 berth start",
      because: "it needs a collector, and keeps the terminal; the exporter's own tests see what is sent",
    },
  ];
