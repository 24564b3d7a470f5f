import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("models and images of clusters", () => {
  const rig = consoleRig();

  test("a cluster that cannot be looked at is named, and its models bear how old they are", async () => {
    const { page } = await rig.open("/models", { seed: "clusters" });
    await page.getByText("adroit cannot be looked at now").waitFor();
    await page.getByText(/shown as they were seen 3 h ago.*Connection timed out/).waitFor();
    await page
      .getByRole("row", { name: /Llama-3.1-8B-Instruct.*adroit/ })
      .getByText("seen 3 h ago")
      .filter({ visible: true })
      .waitFor();
    expect(await page.getByRole("row", { name: /della/ }).getByText("seen 3 h ago").count()).toBe(0);
  });

  test("a model is downloaded to a cluster by the way that is chosen", async () => {
    const { page, mock } = await rig.open("/models/repo/Qwen/Qwen2.5-7B-Instruct-GGUF", { seed: "clusters" });
    await page.getByRole("combobox", { name: "Profile" }).click();
    await page.getByRole("option", { name: "della" }).click();
    await page.getByRole("combobox", { name: "How" }).click();
    await page.getByRole("option", { name: "in a Slurm job" }).click();
    await page.getByRole("button", { name: "Download Q4_K_M" }).click();
    await page.getByText("to della, in a Slurm job").waitFor();
    expect([...mock.world.downloads.values()].at(-1)).toMatchObject({ profile: "della", means: "slurm-job" });
  });

  test("an image is pulled, told as it goes, and cancelled", async () => {
    const { page, mock } = await rig.open("/models/images", { seed: "clusters" });
    await page.getByRole("button", { name: "Pull an image" }).click();
    await page.getByLabel("Image", { exact: true }).fill("ghcr.io/acme/nothing:missing");
    await page.getByRole("combobox", { name: "Profile" }).click();
    await page.getByRole("option", { name: "della" }).click();
    await page.getByRole("button", { name: "Pull it" }).click();
    await page.getByRole("alert").getByText("the registry has no").waitFor();
    await expectAccessible(page);
    await page.getByLabel("Image", { exact: true }).fill("vllm/vllm-openai:v0.21.0");
    await page.getByRole("button", { name: "Pull it" }).click();
    await page.getByText("Slurm job 48402").waitFor();
    await page.getByText("Converting OCI blobs").waitFor();
    await page.getByRole("button", { name: "Cancel the pull of vllm/vllm-openai:v0.21.0" }).click();
    await page.getByText("Cancelled").waitFor();
    const [pull] = [...mock.world.pulls.values()];
    if (pull === undefined) throw new Error("it was pulled");
    mock.world.changePull({ ...pull, status: "FAILED", statusReason: "disk quota exceeded" });
    await page.getByText("disk quota exceeded").waitFor();
  });

  test("an image of the home is deleted, one of the shared cache cannot be", async () => {
    const { page, mock } = await rig.open("/models/images", { seed: "clusters" });
    await page.getByRole("row", { name: /text-generation-inference/ }).waitFor();
    expect(await page.getByRole("button", { name: /^Delete text-generation-inference/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Delete vllm/vllm-openai:v0.20.0" }).click();
    await page
      .getByRole("alertdialog")
      .getByText(/8.43 GB under .* on della are deleted/)
      .waitFor();
    await page.getByRole("button", { name: "Delete it" }).click();
    await until("it to be gone", () => (mock.world.images.length === 1 ? true : undefined));
  });
});
