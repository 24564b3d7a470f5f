import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { known } from "../demo-models.ts";
import { EndpointRig } from "../endpoints/endpoint-rig.ts";
import { enter, expectAccessible, hasChromium, openBrowser, picturesDir, type Visit } from "./browser.ts";

const stepped = `export default async function* ({ input }, { progress }) {
  for (let step = 1; step <= input.steps; step += 1) {
    progress(step, input.steps, "step " + step);
    await new Promise((resolve) => setTimeout(resolve, 150));
    yield { step };
  }
}`;

describe.skipIf(!hasChromium)("endpoints and jobs in the console of a real server", () => {
  let berth: Berth;
  let browser: Browser;
  let rig: EndpointRig;
  beforeAll(async () => {
    [berth, browser] = await Promise.all([startBerth(), openBrowser()]);
    rig = new EndpointRig(berth);
    await waitForService(berth, "pilot");
    await mkdir(picturesDir, { recursive: true });
  });
  afterAll(async () => {
    await browser.close();
    await berth.dispose();
  });

  /** As a person may have it: light and dark, on a desk and on a telephone. */
  async function pictures({ page }: Visit, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [1280, 380]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({
          path: join(picturesDir, `real-${name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
      }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  test("one is created of the demo model, deployed, tried and looked at", async () => {
    const visit = await enter(browser, berth, "/endpoints");
    const { page, complaints } = visit;
    await page
      .getByRole("link", { name: /New endpoint|Create/ })
      .first()
      .click();
    await page.getByRole("textbox", { name: "Name" }).fill("chat");
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("option", { name: /^berth\/pilot/ }).click();
    await pictures(visit, "new-endpoint");
    await page.getByRole("button", { name: "Create and deploy" }).click();
    await page.getByRole("heading", { name: "berth/chat" }).waitFor();
    await page.getByText("Healthy").first().waitFor();
    await page.getByRole("textbox", { name: "Body" }).fill(
      JSON.stringify({
        model: "berth/chat",
        temperature: 0,
        messages: [{ role: "user", content: known.question }],
      }),
    );
    await page.getByRole("button", { name: "Call it" }).click();
    await page.getByText(known.answer).first().waitFor();
    await pictures(visit, "endpoint");
    await page.getByRole("tab", { name: "Replicas" }).click();
    await page.getByText("it was woken").first().waitFor();
    await pictures(visit, "endpoint-replicas");
    await page.getByRole("tab", { name: "Logs" }).click();
    await page
      .getByRole("log")
      .getByText(/chat\.\w+ \|/)
      .first()
      .waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("one is created of a handler that is written there, and its file is changed there", async () => {
    const visit = await enter(browser, berth, "/endpoints/new?kind=handler");
    const { page, complaints } = visit;
    await page.getByRole("textbox", { name: "Name" }).first().fill("shout");
    await page.getByRole("button", { name: "Begin with TypeScript" }).click();
    await pictures(visit, "new-handler");
    await page.getByRole("button", { name: "Create and deploy" }).click();
    await page.getByRole("heading", { name: "berth/shout" }).waitFor();
    await page.getByText("Healthy").first().waitFor();
    const said = () => rig.call("POST", "/e/berth/shout/predict", { prompt: "ho" });
    expect(await said()).toEqual({ text: "ho!" });
    await page.getByRole("tab", { name: "Settings" }).click();
    const code = page.getByRole("textbox", { name: "Code" });
    await code.fill((await code.inputValue()).replace('"!"', '"?"'));
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Not saved yet.").waitFor({ state: "hidden" });
    await rig.deploy("shout");
    expect(await said()).toEqual({ text: "ho?" });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a job of a handler is followed to its end, and its result is there", async () => {
    const source = { kind: "text", name: "stepped.ts", text: stepped };
    await rig.deployed("stepped", { template: { handler: { language: "typescript", source } } });
    const { id } = await rig.call<{ id: string }>("POST", "/api/v1/endpoints/stepped/jobs", {
      input: { steps: 8 },
    });
    const visit = await enter(browser, berth, `/jobs/${id}`);
    const { page, complaints } = visit;
    await page.getByText("Completed").first().waitFor();
    await page.getByText('"step": 8').first().waitFor();
    await pictures(visit, "job");
    await page.goto(`${berth.url}/jobs`);
    await page
      .getByRole("row", { name: /stepped/ })
      .first()
      .waitFor();
    await pictures(visit, "jobs");
    await page.goto(`${berth.url}/secrets`);
    await page.getByText("cpu-sm").first().waitFor();
    await pictures(visit, "secrets");
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
