import { describe, expect, test } from "vitest";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

const launchPath = "/services/new?model=meta-llama/Llama-3.1-8B-Instruct";

describe.skipIf(!hasChromium)("launching on a cluster", () => {
  const rig = consoleRig();

  test("the pickers offer what is free, and the job script follows them", async () => {
    const { page, mock } = await rig.open(launchPath, { seed: "clusters" });
    await page.getByText("24 nodes").waitFor();
    await page.getByRole("combobox", { name: "Partition" }).click();
    await page
      .getByRole("option")
      .filter({ hasText: /gpu-short.*3 idle.*7 v100 free.*at most 1 hour/ })
      .click();
    await page.getByRole("combobox", { name: "GPU type" }).click();
    await page.getByRole("option", { name: /v100 · 7 of 8 free/ }).click();
    await page.getByRole("textbox", { name: "GPUs a node" }).fill("2");
    await page.getByRole("textbox", { name: "Time" }).fill("45m");
    await page.getByText("45 minutes. At most 1 hour in gpu-short.").waitFor();
    await page.getByLabel("Renew it").check();
    await page.getByText("#SBATCH --gres=gpu:v100:2").waitFor();
    await page.getByText("within a minute").waitFor();
    await page.getByText("--partition gpu-short").waitFor();
    await page.getByRole("button", { name: "Copy the job script" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain("#SBATCH --partition=gpu-short");
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    const made = [...mock.world.services.values()].at(-1);
    expect(made).toMatchObject({
      profile: "della",
      renew: true,
      resources: { partition: "gpu-short", gres: "gpu:v100:2", time: "45m" },
    });
  });

  test("what the partition would refuse is said at the field, with the limit and whose it is", async () => {
    const { page } = await rig.open(launchPath, { seed: "clusters" });
    await page.getByText("24 nodes").waitFor();
    await page.getByRole("textbox", { name: "Time" }).fill("2-00");
    await page.getByRole("alert").getByText("partition gpu ends jobs after 1 day").waitFor();
    expect(await page.getByRole("button", { name: "Start it" }).isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Time" }).fill("2h");
    await page.getByRole("combobox", { name: "Partition" }).click();
    await page.getByRole("option", { name: /^cpu/ }).click();
    await page.getByRole("textbox", { name: "GPUs a node" }).fill("1");
    await page.getByRole("alert").getByText("partition cpu has no GPUs").waitFor();
    await page.getByRole("textbox", { name: "GPUs a node" }).fill("");
    await page.getByRole("alert").waitFor({ state: "detached" });
  });

  test("every option reaches the job and the command for a terminal", async () => {
    const { page, mock } = await rig.open(launchPath, { seed: "clusters" });
    await page.getByRole("button", { name: "More for the scheduler" }).click();
    await page.getByLabel("Memory a node, GiB").fill("64");
    await page.getByRole("combobox", { name: "QOS" }).click();
    await page.getByRole("option", { name: /^short/ }).click();
    await page.getByRole("button", { name: "gpu40", exact: true }).click();
    await page.getByRole("button", { name: "nvlink" }).click();
    await page.getByLabel("Nodes to avoid").fill("della-g[1-2]");
    await page.getByLabel("Options of sbatch").fill("--mail-type=END");
    await page.getByRole("button", { name: /^Container, directories/ }).click();
    await page.getByRole("combobox", { name: "Runtime" }).click();
    await page.getByRole("option", { name: "Apptainer", exact: true }).click();
    await page.getByLabel("Directories it may read").fill("/data:/input:ro");
    await page.getByLabel("Stop when idle, minutes").fill("30");
    await page.getByText("#SBATCH --constraint=gpu40&nvlink").waitFor();
    await page.getByText("--idle-timeout 1800s").waitFor();
    await page.getByRole("button", { name: "Copy the berth command" }).click();
    const command = await page.evaluate<string>("navigator.clipboard.readText()");
    for (const words of [
      "--profile della",
      "--mem 64G",
      "--qos short",
      "--constraint 'gpu40&nvlink'",
      "--exclude 'della-g[1-2]'",
      "--sbatch=--mail-type=END",
      "--runtime apptainer",
      "--mount /data:/input:ro",
      "--idle-timeout 1800s",
      "text-generation meta-llama/Llama-3.1-8B-Instruct --revision 0e9e39f",
    ])
      expect(command).toContain(words);
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    expect([...mock.world.services.values()].at(-1)).toMatchObject({
      runtime: "apptainer",
      idleTimeoutSeconds: 1800,
      mounts: [{ source: "/data", target: "/input", readOnly: true }],
      resources: { memoryMiB: 65_536, constraint: "gpu40&nvlink", sbatch: ["--mail-type=END"] },
    });
  });

  test("while the cluster cannot be asked, its fields are typed by hand and a log-in is offered", async () => {
    const { page } = await rig.open("/services/new?profile=tiger&kind=command", { seed: "clusters" });
    await page.getByText(/log in first: berth profile login tiger/).waitFor();
    await page.getByRole("textbox", { name: "Partition" }).fill("all");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: "Yes, this is the right key" }).click();
    await page.getByLabel("Your answer, hidden").fill("secret");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Duo Push/ }).click();
    await page.getByRole("combobox", { name: "Partition" }).waitFor();
  });

  test("what only a scheduler understands is not asked for on this machine", async () => {
    const { page, mock } = await rig.open(launchPath, { seed: "clusters" });
    await page.getByRole("combobox", { name: "Partition" }).waitFor();
    await page.getByRole("combobox", { name: "Profile" }).click();
    await page.getByRole("option", { name: /^local/ }).click();
    await page.getByRole("combobox", { name: "Partition" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.keyboard.type("pilot");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    expect([...mock.world.services.values()].at(-1)).toMatchObject({ profile: "local", resources: null });
  });
});

describe.skipIf(!hasChromium)("services on clusters", () => {
  const rig = consoleRig();

  test("a wait is explained: why, behind how many, until about when, then how long to load", async () => {
    const { page, mock } = await rig.open("/services/lone-petrel", { seed: "clusters" });
    await page
      .getByText(
        /other jobs go first \(Priority\) · 3 ahead · starts about .*, in \d+ min.* then 3 min to load/,
      )
      .waitFor();
    await page.getByText("48390").first().waitFor();
    const { job } = mock.world.service("lone-petrel");
    if (job === null) throw new Error("it has a job");
    mock.world.changeService("lone-petrel", { job: { ...job, jobsAhead: 0 } });
    await page.getByText(/next in line/).waitFor();
  });

  test("time left, the successor and the way requests travel are shown", async () => {
    const { page, mock } = await rig.open("/services/quiet-heron", { seed: "clusters" });
    await page.getByText(/successor queued, ready about/).waitFor();
    await page.getByText(/Its successor is job 48377: .*2 ahead/).waitFor();
    await page.getByRole("progressbar", { name: "Time that quiet-heron has left" }).waitFor();
    await page.getByText("ssh forward").first().waitFor();
    const { successor } = mock.world.service("quiet-heron");
    if (successor === null) throw new Error("it has a successor");
    mock.world.changeService("quiet-heron", { successor: { ...successor, status: "HEALTHY" } });
    await page.getByText("successor ready; requests go to it").waitFor();
  });

  test("a service of an unreachable cluster stays what it was, and says since when", async () => {
    const { page } = await rig.open("/services", { seed: "clusters" });
    const row = page.getByRole("row", { name: /far-auk/ });
    await row.getByText("Healthy").waitFor();
    await row
      .getByText(/not reachable since/)
      .filter({ visible: true })
      .waitFor();
  });

  test("a diagnosis shows what is wrong, the lines that prove it, and the corrected command", async () => {
    const { page } = await rig.open("/services/wide-puffin", { seed: "clusters" });
    const failure = page.getByRole("region", { name: "What went wrong" });
    await failure.getByText(/The GPU has too little memory/).waitFor();
    await failure.getByText(/torch.OutOfMemoryError/).waitFor();
    await failure.getByRole("button", { name: "Copy the corrected command" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain("--gres gpu:a100:2");
    await failure.getByRole("link", { name: "Launch with other options" }).click();
    await page.getByRole("combobox", { name: "Profile" }).getByText("della").waitFor();
  });
});
