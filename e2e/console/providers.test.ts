import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, expectNoOverflow, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("providers", () => {
  const rig = consoleRig();

  test("one is added, each fault at its field, and tested at once", async () => {
    const { page, mock } = await rig.open("/providers");
    await page.getByRole("button", { name: "Add a provider" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a provider" });
    await dialog.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: /^Ollama/ }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("openai");
    await dialog.getByLabel("Address").fill("http://lab:9");
    await dialog.getByRole("button", { name: "Add and test it" }).click();
    await dialog.getByRole("alert").getByText("a provider named openai exists").waitFor();
    await dialog.getByRole("textbox", { name: "Name" }).fill("lab");
    await dialog.getByRole("button", { name: "Add and test it" }).click();
    await dialog.getByRole("alert").getByText("port 9 discards").waitFor();
    await dialog.getByLabel("Address").fill("http://lab:11434");
    await dialog.getByLabel("Key", { exact: true }).fill("sk-upstream-secret");
    await dialog.getByRole("button", { name: "Name a model" }).click();
    await dialog.getByRole("group", { name: "Model 1" }).getByLabel("Model", { exact: true }).fill("qwen3");
    await dialog.getByRole("group", { name: "Model 1" }).getByLabel("$/M in").fill("0.2");
    await dialog.getByRole("button", { name: "Add and test it" }).click();
    const steps = page.getByRole("list", { name: "What the test of lab found" });
    await steps.getByText("qwen3: Hello.").waitFor();
    expect(await steps.getByRole("listitem").count()).toBe(7);
    expect(page.url()).toContain("/providers/lab?tab=test");
    await expectAccessible(page);
    const added = mock.world.providers.find(({ name }) => name === "lab");
    expect(added).toMatchObject({ kind: "ollama", credential: { kind: "stored" } });
    expect(added?.models[0]?.price).toEqual({ inputPerMillion: 0.2, outputPerMillion: 0 });
    expect(await page.content()).not.toContain("sk-upstream-secret");
  });

  test("an h2oGPT's model_lock is taken over, told before it is done", async () => {
    const { page, mock } = await rig.open("/providers?add=h2ogpt");
    const dialog = page.getByRole("dialog", { name: "Import from an h2oGPT" });
    await dialog.getByRole("textbox", { name: "model_lock" }).fill("llama");
    await dialog.getByRole("button", { name: "What would be added?" }).click();
    await dialog.getByRole("alert").getByText("give a list of dicts").waitFor();
    const lock = "[{'inference_server': 'vllm_chat:192.168.1.46:5000', 'base_model': 'meta/llama'}]";
    await dialog.getByRole("textbox", { name: "model_lock" }).fill(lock);
    await dialog.getByRole("button", { name: "What would be added?" }).click();
    const would = dialog.getByRole("list", { name: "What would be added" });
    await would.getByText("provider 192.168.1.46-5000").waitFor();
    await would.getByText("callers send their own").waitFor();
    await expectAccessible(page);
    expect(mock.world.providers).toHaveLength(4);
    await dialog.getByRole("button", { name: "Take it over" }).click();
    await dialog.getByRole("list", { name: "What was added" }).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("row", { name: /192\.168\.1\.46-5000/ }).waitFor();
  });

  test("an edit says nothing of what was not touched", async () => {
    const { page, mock } = await rig.open("/providers/h2ogpt");
    await page.getByRole("button", { name: "Edit …" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit h2ogpt" });
    await dialog.getByRole("button", { name: "Limits, log-in and other paths" }).click();
    await dialog.getByLabel("Requests at once").fill("6");
    await dialog.getByRole("button", { name: "Save it" }).click();
    await page.getByText("6 requests").waitFor();
    const [, , after] = mock.world.providers;
    expect(after?.models).toHaveLength(1);
    expect(after?.credential.kind).toBe("stored");
  });

  test("it is switched off, and on again", async () => {
    const { page, mock } = await rig.open("/providers");
    await page.getByRole("button", { name: "What to do with openai" }).click();
    await page.getByRole("menuitem", { name: "Switch off" }).click();
    await page.getByRole("row", { name: /^Off openai/ }).waitFor();
    expect(mock.world.providers.find(({ name }) => name === "openai")?.enabled).toBe(false);
    await page.getByRole("button", { name: "Undo" }).click();
    await until("it to be on", () =>
      mock.world.providers.find(({ name }) => name === "openai")?.enabled === true ? true : undefined,
    );
  });

  test("removing one names what is lost", async () => {
    const { page, mock } = await rig.open("/providers/openai");
    await page.getByRole("button", { name: "What else to do with openai" }).click();
    await page.getByRole("menuitem", { name: "Remove …" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("The routes chat, gpt-4.* lose targets.").waitFor();
    await question.getByText("gpt-4o-mini, gpt-4o, text-embedding-3-small can no longer be called").waitFor();
    await question.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("row", { name: /gpu1/ }).waitFor();
    expect(mock.world.providers.map(({ name }) => name)).not.toContain("openai");
  });

  test("a change elsewhere is seen at once", async () => {
    const { page, mock } = await rig.open("/providers");
    await page
      .getByRole("row", { name: /h2ogpt/ })
      .getByText("Down")
      .waitFor();
    const at = mock.world.providers.findIndex(({ name }) => name === "h2ogpt");
    const before = mock.world.providers[at];
    if (before === undefined) throw new Error("no h2ogpt");
    mock.world.providers.splice(at, 1, { ...before, status: "up", statusReason: null });
    mock.world.publish({ type: "providers" });
    await page
      .getByRole("row", { name: /h2ogpt/ })
      .getByText("Up")
      .waitFor();
  });

  test("own services are loaded and unloaded", async () => {
    const { page, mock } = await rig.open("/providers");
    await page.getByRole("button", { name: "Load warm-skua" }).click();
    await until("it to start", () =>
      mock.world.service("warm-skua").status === "SUBMITTED" ? true : undefined,
    );
    await page.getByRole("button", { name: "Unload plain-gull" }).click();
    await until("it to stop", () =>
      mock.world.service("plain-gull").status === "STOPPING" ? true : undefined,
    );
  });

  test("own services show their adapters, and are loaded with others", async () => {
    const { page, mock } = await rig.open("/providers", { viewport: { width: 380, height: 780 } });
    const own = page.getByRole("list", { name: "Berth's own services" });
    await own.getByText("with sea-stories.gguf × 0.5").waitFor();
    expect(await own.getByRole("button", { name: "LoRA … for nomic" }).count()).toBe(0);
    mock.world.changeService("plain-gull", { status: "STOPPED" });
    await own.getByRole("button", { name: "Load plain-gull", exact: true }).waitFor();
    await own.getByRole("button", { name: "LoRA … for plain-gull" }).click();
    const dialog = page.getByRole("dialog", { name: "LoRA adapters of plain-gull" });
    const file = dialog.getByRole("group", { name: "Adapter 1" }).getByLabel("File");
    expect(await file.inputValue()).toBe("/data/adapters/sea-stories.gguf");
    await file.fill("/data/adapters/land.gguf");
    await dialog.getByRole("button", { name: "Add an adapter" }).click();
    await dialog.getByRole("group", { name: "Adapter 2" }).getByLabel("File").fill("relative.gguf");
    await dialog.getByRole("alert").getByText("give the absolute path").waitFor();
    await expectNoOverflow(page);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Take adapter 2 away" }).click();
    const param = "options.lora";
    mock.fail("restartService", new BerthError("invalid_request", "there is no land.gguf", { param }));
    await dialog.getByRole("button", { name: "Load it with these", exact: true }).click();
    await dialog.getByRole("alert").getByText("there is no land.gguf").waitFor();
    mock.heal("restartService");
    await dialog.getByRole("button", { name: "Load it with these", exact: true }).click();
    await own.getByText("with land.gguf × 0.5").waitFor();
    expect(mock.world.service("plain-gull").status).toBe("SUBMITTED");
  });
});
