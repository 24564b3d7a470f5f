import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForService } from "../berth-process.ts";
import {
  enter as enterConsole,
  expectAccessible,
  hasChromium,
  openBrowser,
  type Visit,
} from "../console/browser.ts";
import { profileName, startCluster, type Cluster } from "./cluster.ts";
import { labObstacle } from "./lab.ts";

/** A job waits for the cluster, and a page for its job: all of it on machines that may be busy. */
const patientMs = 120_000;

describe.skipIf(labObstacle() !== undefined || !hasChromium)("the console and a real cluster", () => {
  let cluster: Cluster;
  let browser: Browser;
  beforeAll(async () => {
    [cluster, browser] = await Promise.all([startCluster({ demo: true, adds: false }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await cluster.dispose();
  });

  async function enter(path: string): Promise<Visit> {
    const one = await enterConsole(browser, cluster.berth, path);
    one.page.setDefaultTimeout(patientMs);
    return one;
  }

  test("a profile is added in the browser, and what the cluster has is shown", async () => {
    const { page, complaints } = await enter("/profiles");
    const { lab, home, cache } = cluster;
    await page.getByRole("button", { name: "Add a profile" }).click();
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: /Slurm cluster/ }).click();
    const fields = {
      Name: profileName,
      Host: lab.host,
      User: lab.user,
      Home: home,
      "ssh config": lab.sshConfig,
    };
    for (const [label, value] of Object.entries(fields))
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel("Cache").fill("/nowhere");
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/\/nowhere/)
      .waitFor();
    expect(await page.getByLabel("Cache").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Cache").fill(cache);
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    const partitions = page.getByRole("list", { name: `Partitions of ${profileName}` });
    await partitions.getByText("gpu", { exact: true }).waitFor();
    await partitions.getByText("a100").first().waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("checks from the browser tell what doctor finds there", async () => {
    const { page } = await enter("/profiles");
    await page
      .locator("section")
      .filter({ has: page.getByRole("heading", { name: profileName, exact: true }) })
      .getByRole("button", { name: "Run checks" })
      .click();
    const found = page.getByRole("list", { name: `What was found at ${profileName}` });
    await found
      .getByText(/Slurm \d+\.\d+/)
      .first()
      .waitFor();
    await page.context().close();
  });

  test("a model is launched from the form as a job, watched, called and stopped", async () => {
    await cluster.ok("model", "add", "berth/pilot", "--profile", profileName);
    const { page, complaints } = await enter(`/services/new?model=berth/pilot&profile=${profileName}`);
    await page.getByRole("combobox", { name: "Partition" }).click();
    await page.getByRole("option", { name: "gpu", exact: true }).click();
    await page.getByRole("textbox", { name: "Time" }).fill("99-00");
    await page
      .getByRole("alert")
      .getByText(/partition gpu ends jobs after/)
      .waitFor();
    await page.getByRole("textbox", { name: "Time" }).fill("20");
    await page.getByRole("textbox", { name: "GPUs a node" }).fill("1");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("far");
    await page.getByText("#SBATCH --gres=gpu:1").waitFor();
    await page.getByRole("button", { name: "Copy the berth command" }).click();
    const command = await page.evaluate<string>("navigator.clipboard.readText()");
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "far" }).waitFor();
    await page.getByText("Healthy", { exact: true }).first().waitFor();
    await page.getByText("Slurm job", { exact: true }).waitFor();
    await page.getByText("running", { exact: true }).waitFor();
    await page.getByText(/^g[12]$/).waitFor();
    await page.getByText("ssh forward").first().waitFor();
    await page.getByRole("progressbar", { name: "Time that far has left" }).waitFor();
    await expectAccessible(page);
    // what the form shows for a terminal asks for the same job
    const words = command.replaceAll("\\\n", " ").split(/\s+/).slice(1);
    const shown = await cluster.ok(...words.map((word) => (word === "far" ? "again" : word)), "--dry-run");
    expect(shown).toContain("#SBATCH --gres=gpu:1");
    expect(shown).toContain("#SBATCH --partition=gpu");
    await page.getByRole("link", { name: "Chat", exact: true }).last().click();
    await page
      .getByRole("textbox", { name: "Your message", exact: true })
      .fill("What is the capital of France?");
    await page.keyboard.press("Enter");
    await page.getByText(/Paris/).first().waitFor();
    await page.goto(`${cluster.berth.url}/services`);
    await page.getByRole("button", { name: "What to do with far" }).click();
    await page.getByRole("menuitem", { name: "Stop" }).click();
    await waitForService(cluster.berth, "far", "STOPPED", patientMs);
    await page.getByRole("row", { name: /Stopped far/ }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a job that must wait says why", async () => {
    const { berth } = cluster;
    const { page } = await enter("/services");
    await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify({
        profile: profileName,
        model: "berth/pilot",
        name: "waiting",
        resources: { partition: "gpu", time: "5", sbatch: ["--begin=now+1hour"] },
      }),
    });
    const row = page.getByRole("row", { name: /waiting/ });
    await row.getByText("Pending").waitFor();
    await row
      .getByText(/\(BeginTime\)/)
      .filter({ visible: true })
      .waitFor();
    await page.context().close();
  });
});
