import { startOpenAiDouble } from "@berth/testing/providers/openai-double";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { known } from "../demo-models.ts";
import { until } from "../until.ts";
import { enter, expectAccessible, hasChromium, openBrowser } from "./browser.ts";

const upstreamKey = "sk-upstream-0123456789";

describe.skipIf(!hasChromium)("a real server's providers, routes and requests, in the console", () => {
  let berth: Berth;
  let browser: Browser;
  let outside: Awaited<ReturnType<typeof startOpenAiDouble>>;
  beforeAll(async () => {
    outside = await startOpenAiDouble({ apiKey: upstreamKey });
    [berth, browser] = await Promise.all([startBerth(), openBrowser()]);
    await waitForService(berth, "pilot");
  });
  afterAll(async () => {
    await browser.close();
    await berth.dispose();
    await outside[Symbol.asyncDispose]();
  });

  test("an outside server is added, routed to, called, counted, and asked again as a service of our own", async () => {
    const { page, complaints } = await enter(browser, berth, "/providers?add=yes");
    const adding = page.getByRole("dialog", { name: "Add a provider" });
    await adding.getByRole("textbox", { name: "Name" }).fill("lab");
    await adding.getByLabel("Address").fill(`${outside.url}/v1`);
    await adding.getByLabel("Key", { exact: true }).fill(upstreamKey);
    await adding.getByRole("button", { name: "Add and test it" }).click();
    const steps = page.getByRole("list", { name: "What the test of lab found" });
    await steps.getByText("Answer", { exact: true }).waitFor();
    await page.getByText(/^All is well/).waitFor();

    await page.goto(`${berth.url}/routes?open=add`);
    const routing = page.getByRole("dialog", { name: "Add a route" });
    await routing.getByLabel("Name").fill("talk");
    await routing.getByRole("button", { name: /^Another target/ }).click();
    await page.getByRole("combobox", { name: "Filter: Another target" }).fill("lab/gpt-tiny");
    await page.getByRole("option", { name: /^lab\/gpt-tiny/ }).waitFor();
    await page.keyboard.press("Enter");
    await routing.getByRole("button", { name: "Retries, cache, log" }).click();
    await routing.getByLabel("Keep requests and answers").check();
    await routing.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("list", { name: "Routes" }).getByText("Ready").first().waitFor();

    const body = { model: "talk", messages: [{ role: "user", content: known.question }], temperature: 0 };
    const called = await berth.fetch("/v1/chat/completions", { method: "POST", body: JSON.stringify(body) });
    expect(called.status).toBe(200);
    const id = called.headers.get("x-request-id") ?? "";
    await called.text();
    await until("its row", async () =>
      (await berth.fetch(`/api/v1/requests/${id}`)).status === 200 ? true : undefined,
    );

    await page.goto(`${berth.url}/requests?route=talk`);
    await page.getByRole("row", { name: /talk/ }).getByRole("link").first().click();
    await page.getByRole("button", { name: /^Model/ }).click();
    await page
      .getByRole("option", { name: /^pilot/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Ask it" }).click();
    await page.getByRole("region", { name: "The new answer" }).getByText(known.answer).waitFor();
    await expectAccessible(page);

    await page.goto(`${berth.url}/usage?by=provider`);
    await page.getByRole("row", { name: /lab/ }).waitFor();
    await page.getByRole("img", { name: /^Requests by the hour/ }).waitFor();

    await page.goto(`${berth.url}/system`);
    await page.getByRole("list", { name: "What berth doctor finds" }).getByRole("listitem").first().waitFor();
    await page.getByRole("list", { name: "Settings" }).getByRole("listitem").first().waitFor();
    expect(await page.content()).not.toContain(upstreamKey);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
