import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("services", () => {
  const rig = consoleRig();

  test("states are pushed: no reload, no poll", async () => {
    const { page, mock } = await rig.open("/services");
    const row = page.getByRole("row", { name: /plain-gull/ });
    await row.getByText("loading 62 %").filter({ visible: true }).waitFor();
    let reads = 0;
    page.on("request", (request) => (reads += Number(request.url().includes("/api/v1/services"))));
    mock.world.changeService("plain-gull", { status: "HEALTHY", statusReason: null, inFlight: 7 });
    await row.getByText("Healthy").waitFor();
    await row.getByText("7", { exact: true }).waitFor();
    mock.world.removeService("nomic");
    await page.getByRole("row", { name: /nomic/ }).waitFor({ state: "detached" });
    expect(reads).toBe(0);
  });

  test("the list is filtered as one types, narrowed, sorted, and all of it is in the address", async () => {
    const { page } = await rig.open("/services");
    const names = () => page.getByRole("row").getByRole("link").allTextContents();
    await page.getByRole("row", { name: /warm-skua/ }).waitFor();
    expect((await names())[0]).toBe("warm-skua");
    await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
    await until("the names in order", async () => ((await names())[0] === "bold-tern" ? true : undefined));
    await page.keyboard.press("/");
    await page.keyboard.type("qwen");
    await until("only Qwens", async () => ((await names()).length === 2 ? true : undefined));
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "Starting" }).click();
    await until("one left", async () => ((await names()).join() === "plain-gull" ? true : undefined));
    const address = page.url();
    expect(address).toContain("q=qwen");
    await page.reload();
    await page.getByRole("row", { name: /plain-gull/ }).waitFor();
    expect(await names()).toEqual(["plain-gull"]);
  });

  test("ten thousand rows scroll, filter and sort", async () => {
    const { page } = await rig.open("/services", { seed: "huge" });
    await page.getByText("10,006").first().waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(120);
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    await page
      .getByRole("row", { name: /-9\d{3} / })
      .first()
      .waitFor();
    await page.evaluate("scrollTo(0, 0)");
    await page.getByRole("searchbox").fill("heron-4000");
    await page.getByRole("link", { name: "heron-4000" }).waitFor();
    await page.getByText("1 of 10,006").waitFor();
  });

  test("a failure shows the diagnosis, then the lines, then the button that starts it again", async () => {
    const { page, mock } = await rig.open("/services/warm-skua");
    const failure = page.getByRole("region", { name: "What went wrong" });
    await failure.getByText(/exit code 1: not enough memory/).waitFor();
    await failure.getByText(/failed to allocate buffer of size/).waitFor();
    await failure.getByRole("button", { name: "Start again" }).click();
    await page.getByText("Submitted", { exact: true }).first().waitFor();
    expect(mock.world.service("warm-skua").status).toBe("SUBMITTED");
    await failure.waitFor({ state: "detached" });
  });

  test("events come with their evidence, as they happen", async () => {
    const { page, mock } = await rig.open("/services/11c04b9e");
    await page.getByText("load seconds").waitFor();
    mock.world.changeService("pilot", { status: "UNHEALTHY" }, "GET /health timed out");
    await page.getByText("GET /health timed out").waitFor();
  });

  test("the log is followed, searched, paused and wrapped", async () => {
    const { page, mock } = await rig.open("/services/pilot?tab=logs");
    const log = page.getByRole("log");
    await page.getByText("305 lines").waitFor();
    await log.getByText("request=req_").last().waitFor();
    mock.world.log("11c04b9e", "a brand new line");
    await log.getByText("a brand new line").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    for (let index = 0; index < 50; index += 1) mock.world.log("11c04b9e", `flood ${index}`);
    await page.getByText("356 lines").waitFor();
    expect(await log.getByText("flood 49").count()).toBe(0);
    await page.getByRole("button", { name: "Follow" }).click();
    await log.getByText("flood 49").waitFor();
    await page.getByLabel("Search the log").fill("slow client");
    await page.getByText("5 found").waitFor();
    await page.getByRole("button", { name: "Wrap" }).click();
    await expectAccessible(page);
  });

  test("a service is called under Berth's address or its own port", async () => {
    const { page, mock } = await rig.open("/services/pilot");
    await page.getByText(`${mock.url}/v1/chat/completions`).first().waitFor();
    await page.getByRole("combobox", { name: "Address" }).click();
    await page.getByRole("option", { name: /its own port/ }).click();
    await page.getByText("http://127.0.0.1:8080/v1/chat/completions").first().waitFor();
    await page.getByRole("button", { name: "Copy the curl snippet" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain('"model": "pilot"');
  });

  test("stopping a busy service asks first and names what is cut off; an idle one can be brought back", async () => {
    const { page, mock } = await rig.open("/services");
    await page.getByRole("button", { name: "What to do with pilot" }).click();
    await page.getByRole("menuitem", { name: "Stop" }).click();
    await page
      .getByRole("alertdialog")
      .getByText(/answering 2 requests/)
      .waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Stop it" }).click();
    await page.getByText("pilot is stopping.", { exact: true }).waitFor();
    mock.world.changeService("pilot", { status: "STOPPED" });
    await page.getByRole("button", { name: "Start again" }).click();
    await until("a restart", () => (mock.world.service("pilot").status === "SUBMITTED" ? true : undefined));
  });

  test("removing names what is lost", async () => {
    const { page, mock } = await rig.open("/services/nomic");
    await page.getByRole("button", { name: "What to do with nomic" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page
      .getByRole("alertdialog")
      .getByText(/events and its log are deleted, and port 8084/)
      .waitFor();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("nomic is removed.", { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/services");
    expect([...mock.world.services.values()].some(({ name }) => name === "nomic")).toBe(false);
  });

  test("its adapters are changed from its menu; one that runs is reloaded only when that is wanted", async () => {
    const { page, mock } = await rig.open("/services/pilot");
    await page.getByRole("button", { name: "What to do with pilot" }).click();
    await page.getByRole("menuitem", { name: "LoRA adapters …" }).click();
    const dialog = page.getByRole("dialog", { name: "LoRA adapters of pilot" });
    await dialog.getByRole("button", { name: "Add an adapter" }).click();
    await dialog.getByLabel("File").fill("/data/adapter.gguf");
    await dialog.getByLabel("Scale").fill("0.5");
    await page.keyboard.press("Enter");
    const question = page.getByRole("alertdialog", { name: "Reload pilot?" });
    await question.getByText("loaded again with adapter.gguf × 0.5; requests wait").waitFor();
    await question.getByText("answering 2 requests").waitFor();
    await expectAccessible(page);
    await question.getByRole("button", { name: "Cancel" }).click();
    expect(mock.world.service("pilot").status).toBe("HEALTHY");
    await dialog.getByRole("button", { name: "Reload it with these …" }).click();
    await question.getByRole("button", { name: "Reload it" }).click();
    await page.getByText("pilot is loading with adapter.gguf × 0.5.", { exact: true }).waitFor();
    await dialog.waitFor({ state: "detached" });
    expect(mock.world.service("pilot")).toMatchObject({
      status: "SUBMITTED",
      options: { lora: [{ path: "/data/adapter.gguf", scale: 0.5 }] },
    });
  });

  test("what the server refuses is said", async () => {
    const { page, mock } = await rig.open("/services");
    mock.fail("restartService", new BerthError("insufficient_memory", "needs 9 GiB, 2 GiB are free"));
    await page.getByRole("button", { name: "What to do with nomic" }).click();
    await page.getByRole("menuitem", { name: "Start again" }).click();
    await page.getByText("needs 9 GiB, 2 GiB are free", { exact: true }).waitFor();
  });

  test("an address of no service says so", async () => {
    const { page } = await rig.open("/services/nobody");
    await page.getByText("There is no service nobody").waitFor();
  });
});

describe.skipIf(!hasChromium)("launching", () => {
  const rig = consoleRig();

  test("what will run is shown before it runs, and follows the form", async () => {
    const { page, mock } = await rig.open("/services/new?model=Qwen/Qwen2.5-1.5B-Instruct-GGUF");
    await page.getByText("● fits", { exact: true }).last().waitFor();
    await page.getByText("engine.json").first().waitFor();
    await page.getByLabel("Context, tokens a sequence").fill("2048");
    await page.getByText('"contextTokens": 2048').waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("second");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "second" }).waitFor();
    expect(mock.world.service("second").status).toBe("SUBMITTED");
  });

  test("a model is picked by a few letters, with what it needs", async () => {
    const { page } = await rig.open("/services/new");
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.getByText("needs about 11.2 GiB").waitFor();
    await page.getByText("✕ too big").waitFor();
    await page.keyboard.type("nomic");
    await page.keyboard.press("Enter");
    await page.getByText("nomic-ai/nomic-embed-text-v1.5-GGUF").last().waitFor();
  });

  test("what does not fit is only launched by force", async () => {
    const { page, mock } = await rig.open("/services/new?model=bartowski/Mistral-Nemo-Instruct-2407-GGUF");
    await page.getByText("✕ does not fit").waitFor();
    expect(await page.getByRole("button", { name: "Start it" }).isDisabled()).toBe(true);
    await page.getByLabel("Start it anyway").check();
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    expect(mock.world.service("quiet-heron").model).toContain("Mistral-Nemo");
  });

  test("a fault stands at its field", async () => {
    const { page } = await rig.open("/services/new?model=berth/pilot");
    await page.getByLabel("Context, tokens a sequence").fill("100000");
    await page.getByRole("alert").getByText("trained for 1024 tokens").waitFor();
    await page.getByLabel("Context, tokens a sequence").fill("many");
    await page.getByRole("alert").getByText("give a whole number").waitFor();
    await page.getByLabel("Context, tokens a sequence").fill("");
    await page.getByRole("textbox", { name: "Name" }).fill("pilot");
    await page.getByRole("alert").getByText("a service named pilot exists").waitFor();
    expect(await page.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid")).toBe("true");
  });

  test("adapters go with a model that takes them, each fault at its field", async () => {
    const { page, mock } = await rig.open("/services/new?model=Qwen/Qwen2.5-1.5B-Instruct-GGUF");
    await page.getByRole("button", { name: "Add an adapter" }).click();
    const first = page.getByRole("group", { name: "Adapter 1" });
    await first.getByLabel("File").fill("adapter.gguf");
    await first.getByRole("alert").getByText("give the absolute path").waitFor();
    expect(await page.getByRole("button", { name: "Start it" }).isDisabled()).toBe(true);
    await first.getByLabel("File").fill("/data/adapter.gguf");
    await first.getByLabel("Scale").fill("half");
    await first.getByRole("alert").getByText("give a number").waitFor();
    await expectAccessible(page);
    await first.getByLabel("Scale").fill("0.5");
    await page.getByRole("button", { name: "Add an adapter" }).click();
    await page.getByRole("group", { name: "Adapter 2" }).getByLabel("File").fill("/data/other.gguf");
    await page.getByText("--lora /data/adapter.gguf=0.5").waitFor();
    await page.getByText("--lora /data/other.gguf=1").waitFor();
    await page.getByRole("button", { name: "Take adapter 1 away" }).click();
    await page.getByText("--lora /data/adapter.gguf=0.5").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    expect(mock.world.service("quiet-heron").options.lora).toEqual([{ path: "/data/other.gguf", scale: 1 }]);
    await page.getByRole("tab", { name: "Details" }).click();
    await page.getByText("/data/other.gguf × 1").waitFor();
  });

  test("what takes no adapters offers none, and what was asked for is not dropped silently", async () => {
    const { page } = await rig.open("/services/new?model=nomic-ai/nomic-embed-text-v1.5-GGUF");
    await page.getByText("engine.json").first().waitFor();
    expect(await page.getByRole("button", { name: "Add an adapter" }).count()).toBe(0);
    await page.goto(page.url().replace("nomic-ai/nomic-embed-text-v1.5-GGUF", "berth/pilot"));
    await page.getByRole("button", { name: "Add an adapter" }).click();
    await page.getByRole("button", { name: "More options" }).click();
    const choose = async (name: string) => {
      await page.getByRole("combobox", { name: "Engine" }).click();
      await page.getByRole("option", { name }).click();
    };
    await page.getByRole("group", { name: "Adapter 1" }).getByLabel("File").fill("/a.gguf");
    await choose("vLLM");
    await page.getByText("--lora /a.gguf=1").waitFor();
    await page.getByRole("button", { name: "Take adapter 1 away" }).click();
    await page.getByRole("button", { name: "Add an adapter" }).waitFor({ state: "detached" });
    await choose("llama.cpp");
    await page.getByRole("button", { name: "Add an adapter" }).waitFor();
  });

  test("a command is launched word by word", async () => {
    const { page, mock } = await rig.open("/services/new?kind=command");
    await page.getByRole("textbox", { name: "Command" }).fill("my-server --title 'a b'");
    await page.getByText("cannot know where to listen").waitFor();
    await page.getByRole("textbox", { name: "Command" }).fill("my-server --title 'a b' --port {port}");
    await page.getByText("cannot know where to listen").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "quiet-heron" }).waitFor();
    expect(mock.world.service("quiet-heron").command?.argv).toEqual([
      "my-server",
      "--title",
      "a b",
      "--port",
      "{port}",
    ]);
  });
});
