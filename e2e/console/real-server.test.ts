import type { Service } from "@berth/api";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known } from "../demo-models.ts";
import { until } from "../until.ts";
import {
  ask,
  enter as enterConsole,
  expectAccessible,
  hasChromium,
  openBrowser,
  type Visit,
} from "./browser.ts";

describe.skipIf(!hasChromium)("the console of a real server", () => {
  let berth: Berth;
  let browser: Browser;
  beforeAll(async () => {
    [berth, browser] = await Promise.all([startBerth(), openBrowser()]);
    await waitForService(berth, "pilot");
  });
  afterAll(async () => {
    await browser.close();
    await berth.dispose();
  });

  async function enter(): Promise<Visit> {
    const one = await enterConsole(browser, berth);
    await one.page.getByRole("heading", { name: "Ask pilot" }).waitFor();
    return one;
  }

  test("a person enters with the code, asks, and finds the answer again", async () => {
    const { page, complaints } = await enter();
    await ask(page, known.question);
    await page.getByText(known.answer).waitFor();
    await page.getByText("to first token").waitFor();
    await page.getByRole("button", { name: "Answer again" }).waitFor();
    await page.reload();
    await page.getByText(known.answer).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("one question goes to two columns, and each is answered and measured", async () => {
    const { page, complaints } = await enter();
    await page.goto(`${berth.url}/compare?m=pilot,pilot`);
    await ask(page, known.question);
    for (const name of [/^Column 1:/, /^Column 2:/]) {
      const column = page.getByRole("region", { name });
      await column.getByText(known.answer).waitFor();
      await column.getByText("to first token").waitFor();
      await column.getByRole("button", { name: "Best" }).waitFor();
    }
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a service is launched, watched, called, stopped and removed", async () => {
    const { page, complaints } = await enter();
    await page.goto(`${berth.url}/services/new?model=berth/pilot`);
    await page.getByText("● fits").last().waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("second");
    await page.getByText("spec.json").first().waitFor();
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByRole("heading", { name: "second" }).waitFor();
    await page.getByText("Healthy", { exact: true }).first().waitFor({ timeout: 60_000 });
    await page.getByRole("tab", { name: "Logs" }).click();
    await page.getByRole("log").getByText("pilot-q8_0.gguf").first().waitFor();
    await page.getByRole("link", { name: "Chat", exact: true }).last().click();
    await page.getByRole("heading", { name: "Ask second" }).waitFor();
    await ask(page, known.question);
    await page.getByText(known.answer).waitFor();
    // who answers somebody is not stopped without a question
    await until("it to answer nobody", async () => {
      const { inFlight } = (await (await berth.fetch("/api/v1/services/second")).json()) as Service;
      return inFlight === 0 ? true : undefined;
    });
    await page.goto(`${berth.url}/services`);
    await page.getByRole("button", { name: "What to do with second" }).click();
    await page.getByRole("menuitem", { name: "Stop" }).click();
    await page.getByRole("row", { name: /Stopped second/ }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "What to do with second" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("row", { name: /second/ }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a service is launched with an adapter, and loaded with another scale: each changes what it says", async () => {
    const say = async (model: string): Promise<string> => {
      const messages = [{ role: "user", content: "What is Berth?" }];
      const response = await berth.fetch("/v1/chat/completions", {
        method: "POST",
        body: JSON.stringify({ model, messages, max_tokens: 30, temperature: 0 }),
      });
      expect(response.status).toBe(200);
      const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
      return choices[0]?.message.content ?? "";
    };
    const { page, complaints } = await enter();
    await page.goto(`${berth.url}/services/new?model=berth/pilot`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("tuned");
    await page.getByRole("button", { name: "Add an adapter" }).click();
    await page.getByLabel("File", { exact: true }).fill(fixturePaths.lora);
    await page.getByText(`--lora ${fixturePaths.lora}=1`).waitFor();
    await page.getByRole("button", { name: "Start it" }).click();
    await page.getByText("Healthy", { exact: true }).first().waitFor({ timeout: 60_000 });
    const [plain, tuned] = [await say("pilot"), await say("tuned")];
    expect(tuned).not.toBe(plain);

    await page.goto(`${berth.url}/providers`);
    const own = page.getByRole("list", { name: "Berth's own services" });
    await own.getByText("with tiny-random-lora.gguf").waitFor();
    await own.getByRole("button", { name: "LoRA … for tuned" }).click();
    const dialog = page.getByRole("dialog", { name: "LoRA adapters of tuned" });
    await dialog.getByLabel("Scale").fill("0");
    await dialog.getByRole("button", { name: "Reload it with these …", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Reload it" }).click();
    await own.getByText("with tiny-random-lora.gguf × 0").waitFor();
    expect(await say("tuned")).toBe(plain);

    await own.getByRole("button", { name: "Unload tuned" }).click();
    await own.getByRole("button", { name: "Load tuned", exact: true }).waitFor();
    await own.getByRole("button", { name: "LoRA … for tuned" }).click();
    await dialog.getByLabel("Scale").fill("");
    await dialog.getByRole("button", { name: "Load it with these", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await say("tuned")).toBe(tuned);
    await own.getByRole("button", { name: "Unload tuned" }).click();
    const { id } = await waitForService(berth, "tuned", "STOPPED");
    expect((await berth.fetch(`/api/v1/services/${id}`, { method: "DELETE" })).status).toBe(204);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a name that is taken is refused at its field, by the real server too", async () => {
    const { page } = await enter();
    await page.goto(`${berth.url}/services/new?model=berth/pilot`);
    await page.getByRole("textbox", { name: "Name" }).fill("pilot");
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid")).toBe("true");
    await page.context().close();
  });

  test("a service that fails shows the lines that prove why, and what to do", async () => {
    const { page, complaints } = await enter();
    const words = "echo {port}; echo \"ModuleNotFoundError: No module named 'vllm'\" >&2; exit 1";
    const ordered = await berth.fetch("/api/v1/services", {
      method: "POST",
      body: JSON.stringify({
        name: "unable",
        image: "command",
        command: { argv: ["sh", "-c", words], healthPath: "/health" },
      }),
    });
    expect(ordered.status).toBe(201);
    const { id } = await waitForService(berth, "unable", "FAILED");
    await page.goto(`${berth.url}/services/${id}`);
    const proof = page.getByLabel("The lines that prove it");
    await proof.getByText("No module named 'vllm'").waitFor();
    await page
      .getByText(/Python has no module vllm/)
      .first()
      .waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a key made in the console calls the model", async () => {
    const { page } = await enter();
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("robot");
    await page.getByRole("button", { name: "Create it" }).click();
    await page.getByRole("button", { name: "Copy the key" }).click();
    const key = await page.evaluate<string>("navigator.clipboard.readText()");
    const response = await fetch(`${berth.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(200);
    await page.context().close();
  });

  test("a server that is killed is missed quietly; when it is back, the page goes on where it was", async () => {
    const { page } = await enter();
    await page.goto(`${berth.url}/services`);
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    await berth.kill("SIGKILL");
    await page.getByText(/The server has not answered since/).waitFor();
    const { port } = new URL(berth.url);
    berth = await startBerth({ home: berth.home, flags: ["--port", port] });
    await page.getByText(/The server has not answered since/).waitFor({ state: "detached", timeout: 30_000 });
    await page.getByRole("row", { name: /Healthy pilot/ }).waitFor();
    await page.getByRole("link", { name: /Chat/ }).click();
    await ask(page, known.question);
    await page.getByText(known.answer).waitFor();
    await page.context().close();
  });

  test("the page may run no script but its own, and no other page may frame it", async () => {
    const response = await fetch(`${berth.url}/chat`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/script-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
  });
});
