import { until } from "../until.ts";
import { describe, expect, test } from "vitest";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("usage", () => {
  const rig = consoleRig();

  test("the address holds the view: time, grouping, one model", async () => {
    const { page } = await rig.open("/usage");
    await page.getByRole("img", { name: /^Requests by the hour/ }).waitFor();
    await page.getByRole("combobox", { name: "Time" }).click();
    await page.getByRole("option", { name: "30 days" }).click();
    await page.getByRole("img", { name: /^Requests by the day/ }).waitFor();
    await page.getByRole("link", { name: "openai/gpt-4o-mini", exact: true }).click();
    await page.getByText("Model openai/gpt-4o-mini alone").waitFor();
    await page.getByRole("combobox", { name: "Added up by" }).click();
    await page.getByRole("option", { name: "By key" }).click();
    await page.getByRole("row", { name: /nightly-evaluation/ }).waitFor();
    expect(new URL(page.url()).search).toBe("?range=30d&model=openai%2Fgpt-4o-mini&by=key");
    await page.reload();
    await page.getByRole("row", { name: /nightly-evaluation/ }).waitFor();
    await page.getByRole("button", { name: "Any model" }).click();
    await page.getByRole("row", { name: /admin/ }).waitFor();
  });

  test.each([
    ["provider", "gpu1", "/providers/gpu1"],
    ["route", "gpt-4.*", "/routes?q=gpt-4.*"],
  ])("one %s is plotted alone, and has a page of its own", async (side, name, itsPage) => {
    const { page } = await rig.open(`/usage?by=${side}`);
    const plot = page.getByRole("img", { name: /^Requests by the hour/ });
    const all = await plot.getAttribute("aria-label");
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByText(`${name} alone`).waitFor();
    expect(new URL(page.url()).searchParams.get(side)).toBe(name);
    await until("it is plotted", async () => (await plot.getAttribute("aria-label")) !== all || undefined);
    const rows = page.getByRole("table", { name: `Usage by ${side}` }).getByRole("row");
    await until("it is listed alone", async () => (await rows.count()) === 2 || undefined);
    await page.getByRole("link", { name, exact: true }).first().click();
    await page.waitForURL(`**${itsPage}`);
  });
});

describe.skipIf(!hasChromium)("requests", () => {
  const rig = consoleRig();

  test("the log is narrowed, read on, and followed", async () => {
    const { page, mock } = await rig.open("/requests");
    await page.getByText("100 and older ones").waitFor();
    await page.getByRole("button", { name: "Older ones" }).click();
    await page.getByText("200 and older ones").waitFor();
    await page.getByRole("combobox", { name: "Outcome" }).click();
    await page.getByRole("option", { name: "Failed" }).click();
    await page
      .getByRole("row", { name: /upstream_failed/ })
      .first()
      .waitFor();
    expect(await page.getByRole("row", { name: /Answered/ }).count()).toBe(0);
    await page.goto(`${mock.url}/requests?follow=yes`);
    await page.getByText("100 and older ones").waitFor();
    const [first] = mock.world.requests;
    if (first === undefined) throw new Error("no request");
    mock.world.requests.unshift({ ...first, id: "req_new", model: "just-now", startedAt: Date.now() });
    await page.getByRole("row", { name: /just-now/ }).waitFor();
  });

  test("a kept chat is asked of another model, and both answers are seen", async () => {
    const { page, mock } = await rig.open("/requests");
    mock.world.tokensPerSecond = 2000;
    const kept = mock.world.requests.find(({ hasBodies }) => hasBodies);
    await page.goto(`${mock.url}/requests/${kept?.id}`);
    await page.getByText("is caught by those who practise together.").first().waitFor();
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("option", { name: /^pilot/ }).click();
    const asked = page.waitForRequest("**/v1/chat/completions");
    await page.getByRole("button", { name: "Ask it" }).click();
    expect((await asked).postDataJSON()).toMatchObject({ model: "pilot", temperature: 0.2, stream: true });
    const answer = page.getByRole("region", { name: "The new answer" });
    await answer.getByText("Orcas hunt in families and teach their young.").waitFor();
    await page.getByRole("button", { name: "Ask again" }).waitFor();
    expect(page.url()).toContain("with=pilot");
    await expectAccessible(page);
  });

  test("a request that is not kept says where that is set", async () => {
    const { page, mock } = await rig.open("/requests");
    const other = mock.world.requests.find(({ hasBodies }) => !hasBodies);
    await page.goto(`${mock.url}/requests/${other?.id}`);
    await page.getByText("What was said is not kept").waitFor();
    await page.goto(`${mock.url}/requests/req_none`);
    await page.getByText("There is no request req_none").waitFor();
  });
});

describe.skipIf(!hasChromium)("keys' limits", () => {
  const rig = consoleRig();

  test("a budget is set, and shown with what is spent of it", async () => {
    const { page, mock } = await rig.open("/keys");
    await page.getByText("$3.42 of $5.00 a day").filter({ visible: true }).waitFor();
    await page.getByRole("button", { name: "What to do with notebook" }).click();
    await page.getByRole("menuitem", { name: "Edit …" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit notebook" });
    await dialog.getByLabel("Requests at once").fill("3");
    await dialog.getByRole("button", { name: "Add a budget" }).click();
    await dialog.getByLabel("Amount").fill("20");
    await dialog.getByLabel("Tags").fill("team:birds");
    await dialog.getByRole("button", { name: "Save it" }).click();
    await page.getByText("of $20.00 a month").filter({ visible: true }).waitFor();
    const [, notebook] = mock.world.keys;
    expect(notebook).toMatchObject({
      limits: { parallel: 3, budgets: [{ period: "month", unit: "usd", amount: 20 }] },
      tags: ["team:birds"],
      models: ["pilot", "plain-gull"],
    });
    expect(notebook?.expiresAt).not.toBeNull();
  });
});

describe.skipIf(!hasChromium)("the system page", () => {
  const rig = consoleRig();

  test("settings are found by a word, checks say what to do", async () => {
    const { page } = await rig.open("/system");
    await page.getByText("Put a proxy that speaks TLS before it").waitFor();
    await page.getByRole("searchbox").fill("ledger");
    await page.getByText("1 of 6").waitFor();
    await page.getByRole("list", { name: "Settings" }).getByText("90 days").waitFor();
    expect(page.url()).toContain("q=ledger");
  });
});
