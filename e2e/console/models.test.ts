import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("models", () => {
  const rig = consoleRig();

  test("a model is found, chosen by size and memory need, downloaded, reloaded upon, and started", async () => {
    const { page, mock } = await rig.open("/models");
    await page.getByRole("link", { name: "Find on the hub" }).click();
    await page.getByLabel("Search the hub").fill("qwen 0.5b");
    await page.getByRole("link", { name: /Qwen2.5-0.5B-Instruct-GGUF.*runs here/ }).click();
    const recommended = page.getByRole("listitem").filter({ hasText: "recommended" });
    await recommended.getByText("491 MB").waitFor();
    await recommended.getByText("● fits now").waitFor();
    await expectAccessible(page);
    await recommended.getByRole("button", { name: /^Download/ }).click();
    const bar = page.getByRole("progressbar", { name: /Qwen2.5-0.5B/ });
    await bar.waitFor();
    const [id] = [...mock.world.downloads.values()]
      .filter(({ repo }) => repo.includes("0.5B"))
      .map((one) => one.id);
    mock.world.changeDownload(id ?? "", {
      bytesDone: 245_700_016,
      bytesPerSecond: 41_000_000,
      etaSeconds: 6,
    });
    await page.getByText("246 MB of 491 MB · 50 % · 41 MB/s · 6 s left").waitFor();
    await page.reload();
    await page.getByText("246 MB of 491 MB · 50 % · 41 MB/s · 6 s left").waitFor();
    mock.world.changeDownload(id ?? "", { status: "COMPLETED", modelId: "demo/berth/pilot" });
    await page.getByRole("link", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "Start a service" }).waitFor();
  });

  test("a download is cancelled, resumed and cleared", async () => {
    const { page, mock } = await rig.open("/models");
    await page.getByRole("button", { name: "Cancel the download of Qwen/Qwen2.5-7B-Instruct-GGUF" }).click();
    await page.getByText("Cancelled").waitFor();
    await page.getByRole("button", { name: "Resume the download of Qwen/Qwen2.5-7B-Instruct-GGUF" }).click();
    await page.getByText("Downloading").waitFor();
    await page.getByRole("button", { name: /^Clear someone/ }).click();
    await until("it to be forgotten", () => (mock.world.downloads.size === 1 ? true : undefined));
    await page.getByText("The hub answered 503").waitFor({ state: "detached" });
  });

  test("a failed download says why and what is kept", async () => {
    const { page } = await rig.open("/models");
    await page.getByText("The hub answered 503 six times in a row; 801 MB are kept.").waitFor();
  });

  test("deleting names files, size and users", async () => {
    const { page, mock } = await rig.open("/models");
    mock.world.changeService("plain-gull", { modelPath: mock.world.models[1]?.path ?? "" });
    await page.getByRole("button", { name: "Delete Qwen/Qwen2.5-1.5B-Instruct-GGUF" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("1.12 GB in one file").waitFor();
    await dialog.getByText(/In use by plain-gull/).waitFor();
    await page.getByRole("button", { name: "Delete the files" }).click();
    await page.getByText("Qwen/Qwen2.5-1.5B-Instruct-GGUF is deleted.", { exact: true }).waitFor();
    expect(mock.world.models.some(({ repo }) => repo.includes("1.5B"))).toBe(false);
  });

  test("a gated model explains what its makers ask for", async () => {
    const { page } = await rig.open("/models/repo/meta-llama/Llama-3.2-3B-Instruct");
    const link = page.getByRole("link", { name: "https://huggingface.co/meta-llama/Llama-3.2-3B-Instruct" });
    expect(await link.getAttribute("rel")).toContain("noopener");
    await page.getByText("HF_TOKEN").waitFor();
    expect(await page.getByRole("button", { name: "Download all" }).isDisabled()).toBe(true);
  });

  test("offline is explained, and the installed models stay", async () => {
    const { page, mock } = await rig.open("/models");
    mock.world.system = { ...mock.world.system, hub: { ...mock.world.system.hub, offline: true } };
    await page.getByRole("row", { name: /berth\/pilot/ }).waitFor();
    await page.getByRole("link", { name: "Find on the hub" }).click();
    await page.getByText("Berth is offline: the hub is not asked").waitFor();
  });

  test("a hub that fails can be asked again", async () => {
    const { page, mock } = await rig.open("/models");
    mock.fail("searchHub", new BerthError("upstream_failed", "the hub answered 503"));
    await page.getByRole("link", { name: "Find on the hub" }).click();
    await page.getByRole("alert").getByText("the hub answered 503").waitFor();
    mock.heal("searchHub");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: /Qwen2.5-7B-Instruct-GGUF.*runs here/ }).waitFor();
  });

  test("a path is added, and a wrong one is refused at its field", async () => {
    const { page } = await rig.open("/models");
    await page.getByRole("button", { name: "Add a path" }).click();
    await page.getByRole("textbox", { name: "Path" }).fill("/data/readme.md");
    await page.getByRole("button", { name: "Add it" }).click();
    await page
      .getByRole("alert")
      .getByText(/neither a GGUF file nor/)
      .waitFor();
    await page.getByRole("textbox", { name: "Path" }).fill("/data/mine.gguf");
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("row", { name: /mine.gguf/ }).waitFor();
  });

  test("ten thousand models are filtered and sorted", async () => {
    const { page } = await rig.open("/models?sort=-size", { seed: "huge" });
    await page.getByRole("row", { name: /model-9999-GGUF/ }).waitFor();
    await page.getByRole("searchbox").fill("model-4321-");
    await page.getByText("1 of 10,005").waitFor();
  });
});
