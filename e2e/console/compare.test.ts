import { readFile } from "node:fs/promises";
import type { Locator, Page, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { ask, expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

const column = (page: Page, number: number): Locator =>
  page.getByRole("region", { name: new RegExp(`^Column ${number}:`) });
const columns = (page: Page): Locator => page.getByRole("region", { name: /^Column \d:/ });
const isIdle = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).waitFor();
const inMenu = async (page: Page, menu: string, item: string): Promise<void> => {
  await page.getByRole("button", { name: menu }).click();
  await page.getByRole("menuitem", { name: item }).click();
};
const modelOf = (route: Route): unknown => (route.request().postDataJSON() as { model?: string }).model;

describe.skipIf(!hasChromium)("comparing", () => {
  const rig = consoleRig();

  test("one question goes to all, each keeps its own conversation, and each answer is measured", async () => {
    const { page, mock } = await rig.open("/compare?m=pilot,reader");
    mock.world.costUsd = 0.000138;
    const asked: { model?: string; messages?: unknown[] }[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/chat/completions")) asked.push(request.postDataJSON() as object);
    });
    await ask(page, "Why are orcas so awesome?");
    await isIdle(page);
    await ask(page, "And how do I count them? With code");
    await isIdle(page);
    for (const number of [1, 2]) {
      const one = column(page, number);
      await one.getByText(/teach their young/).waitFor();
      await one.getByRole("heading", { name: "Counting birds" }).waitFor();
      for (const measure of [/tok\/s/, /to first token/, /24 → \d+ tokens/, /\$0\.00014/])
        expect(await one.getByText(measure).count()).toBe(2);
    }
    expect(asked.map(({ model, messages }) => [model, messages?.length])).toEqual([
      ["pilot", 1],
      ["reader", 1],
      ["pilot", 3],
      ["reader", 3],
    ]);
    await expectAccessible(page);
  });

  test("a column that fails says so alone, and is asked again alone", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    await page.route("**/v1/chat/completions", (route) =>
      modelOf(route) === "reader"
        ? route.fulfill({
            status: 429,
            json: { error: { message: "the budget is used up", code: "rate_limited", type: "x" } },
          })
        : route.fallback(),
    );
    await ask(page, "Hello");
    await column(page, 2).getByRole("alert").getByText("the budget is used up").waitFor();
    await column(page, 1)
      .getByText(/I am a mock/)
      .waitFor();
    expect(await page.getByRole("alert").count()).toBe(1);
    await page.unroute("**/v1/chat/completions");
    await column(page, 2).getByRole("button", { name: "Try again" }).click();
    await column(page, 2)
      .getByText(/I am a mock/)
      .waitFor();
    expect(await page.getByRole("article", { name: /^Answer of/ }).count()).toBe(2);
  });

  test("one is stopped while the others go on, then all, and one is answered again", async () => {
    const { page, mock } = await rig.open("/compare?m=pilot,reader,plain-gull");
    mock.world.tokensPerSecond = 25;
    await ask(page, "A long answer please");
    for (const number of [1, 2, 3])
      await column(page, number)
        .getByText(/Paragraph 1/)
        .waitFor();
    await page.getByRole("button", { name: "Stop reader" }).click();
    await column(page, 2).getByText("stopped by you").waitFor();
    expect(await page.getByText("stopped by you").count()).toBe(1);
    await page.getByRole("button", { name: "Stop all" }).click();
    await isIdle(page);
    expect(await page.getByText("stopped by you").count()).toBe(3);
    mock.world.tokensPerSecond = 2000;
    await column(page, 1).getByRole("button", { name: "Answer again" }).click();
    await column(page, 1)
      .getByText(/Paragraph 60/)
      .waitFor();
    expect(await page.getByText("stopped by you").count()).toBe(2);
  });

  test("of six columns four are answered at once, for the browser has no more connections; the page stays alive", async () => {
    const { page, mock } = await rig.open(`/compare?m=${Array(6).fill("pilot").join(",")}`);
    mock.world.tokensPerSecond = 40;
    await ask(page, "A long answer please");
    for (const number of [5, 6])
      await column(page, number).getByText("waits until another answer is done").waitFor();
    await column(page, 4)
      .getByText(/Paragraph 1/)
      .waitFor();
    const stop = (number: number) => column(page, number).getByRole("button", { name: "Stop pilot" }).click();
    await stop(6);
    await column(page, 6).getByText("stopped by you").waitFor();
    await stop(1);
    await column(page, 5)
      .getByText(/Paragraph 1/)
      .waitFor();
    await page.getByRole("link", { name: /Keys/ }).click();
    await page.getByRole("row", { name: /notebook/ }).waitFor();
  });

  test("the address holds the columns: added, changed, removed, brought back, and there after a reload", async () => {
    const { page } = await rig.open("/compare?m=pilot");
    const holds = (word: string) =>
      until(`the address to hold ${word}`, () =>
        new URL(page.url()).searchParams.get("m") === word ? true : undefined,
      );
    await holds("pilot,openai/gpt-4o-mini");
    await page.getByRole("button", { name: "Add a column" }).click();
    await holds("pilot,openai/gpt-4o-mini,openai/gpt-4o");
    await page.getByRole("button", { name: /^Model of column 3:/ }).click();
    await page.getByLabel("Filter: Model of column 3").fill("reader");
    await page.keyboard.press("Enter");
    await holds("pilot,openai/gpt-4o-mini,reader");
    await ask(page, "Hello");
    await isIdle(page);
    await inMenu(page, "What to do with column 2", "Remove the column");
    await holds("pilot,reader");
    await page.getByRole("button", { name: "Undo" }).click();
    await holds("pilot,openai/gpt-4o-mini,reader");
    await column(page, 2)
      .getByText(/I am a mock/)
      .waitFor();
    await page.reload();
    await column(page, 3).waitFor();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Compare" }).click();
    await holds("pilot,openai/gpt-4o-mini,reader");
    for (const count of [4, 5, 6]) {
      await page.getByRole("button", { name: "Add a column" }).click();
      await column(page, count).waitFor();
    }
    expect(await page.getByRole("button", { name: "Add a column" }).isDisabled()).toBe(true);
  });

  test("what was said is there when one comes back to the page", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    await ask(page, "Hello");
    await isIdle(page);
    const main = page.getByRole("navigation", { name: "Main" });
    await main.getByRole("link", { name: /Services/ }).click();
    await page.getByRole("heading", { name: "Services" }).waitFor();
    await main.getByRole("link", { name: "Compare" }).click();
    await column(page, 2)
      .getByText(/I am a mock/)
      .waitFor();
    expect(page.url()).toMatch(/m=pilot(,|%2C)reader/);
  });

  test("settings are shared, or a column's own, and reach its requests", async () => {
    const { page } = await rig.open("/compare?m=pilot,pilot");
    await page.getByRole("button", { name: "Settings of all columns" }).click();
    await page.getByLabel("System prompt").fill("Be brief.");
    await page.getByLabel("Temperature").fill("0.2");
    await page.getByLabel("Temperature").press("Enter");
    await page.keyboard.press("Escape");
    await inMenu(page, "What to do with column 2", "Settings of its own");
    await page.getByRole("button", { name: "Give it its own" }).click();
    await page.getByLabel("Temperature").fill("1.4");
    await page.getByLabel("Seed").fill("7");
    await page.getByLabel("Seed").press("Enter");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    const asked: unknown[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/chat/completions")) asked.push(request.postDataJSON());
    });
    await ask(page, "Hello");
    await isIdle(page);
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hello" },
    ];
    expect(asked).toMatchObject([
      { temperature: 0.2, messages },
      { temperature: 1.4, seed: 7, messages },
    ]);
    expect(asked[0]).not.toHaveProperty("seed");
    await page.getByRole("button", { name: "Own settings of column 2" }).click();
    await page.getByRole("button", { name: "Share those of all columns" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Own settings of column 2" }).waitFor({ state: "detached" });
  });

  test("the best is marked, the mark moves, is counted by model, and outlives a reload", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    const tally = page.getByRole("list", { name: "Times called the best" });
    const mark = (number: number) => column(page, number).getByRole("button", { name: "Best" });
    await ask(page, "Hello");
    await isIdle(page);
    await mark(1).click();
    await tally.getByText("pilot 1").waitFor();
    await mark(2).click();
    await tally.getByText("reader 1").waitFor();
    expect(await tally.getByRole("listitem").count()).toBe(1);
    expect(await mark(1).getAttribute("aria-pressed")).toBe("false");
    await column(page, 2).getByRole("button", { name: "Answer again" }).click();
    await isIdle(page);
    expect(await tally.count()).toBe(0);
    await mark(2).click();
    await tally.getByText("reader 1").waitFor();
    await page.reload();
    await tally.getByText("reader 1").waitFor();
    await page.getByRole("button", { name: "Forget the votes" }).click();
    await tally.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await tally.getByText("reader 1").waitFor();
  });

  test("it is saved as Markdown and JSON, emptied, and brought back", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    await ask(page, "Hello");
    await isIdle(page);
    const saved = async (item: string): Promise<string> => {
      const saving = page.waitForEvent("download");
      await inMenu(page, "What to do with this comparison", item);
      const file = await saving;
      expect(file.suggestedFilename()).toMatch(/^comparison-\d{4}-\d\d-\d\d\.(md|json)$/);
      return await readFile(await file.path(), "utf8");
    };
    expect(await saved("Save as Markdown")).toMatch(/> Hello\n\n### pilot\n\nI am a mock[^#]*### reader/);
    expect(JSON.parse(await saved("Save as JSON"))).toMatchObject({
      columns: [{ model: "pilot" }, { model: "reader", messages: [{ role: "user" }, { role: "assistant" }] }],
    });
    await inMenu(page, "What to do with this comparison", "Empty the columns");
    await page.getByText("One question goes to every column").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await column(page, 2)
      .getByText(/I am a mock/)
      .waitFor();
  });

  test("a column goes on as a chat, with what was said in it", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    await ask(page, "Hello");
    await isIdle(page);
    await inMenu(page, "What to do with column 2", "Use in chat");
    await page.waitForURL(/\/chat\/conv_/);
    await page.getByRole("button", { name: "Model: reader" }).waitFor();
    await page.getByText(/I am a mock/).waitFor();
  });

  test("a tool call waits in its own column for its result", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader");
    await page.getByRole("button", { name: "Settings of all columns" }).click();
    await page.getByLabel("Tools").fill('[{"name": "weather"}]');
    await page.getByLabel("Tools").blur();
    await page.keyboard.press("Escape");
    await ask(page, "How is the weather?");
    await column(page, 1).getByLabel("Result of weather").fill("rain");
    await column(page, 1).getByRole("button", { name: "Give the results" }).click();
    await column(page, 1)
      .getByText(/I am a mock/)
      .waitFor();
    expect(
      await column(page, 2)
        .getByText(/I am a mock/)
        .count(),
    ).toBe(0);
  });

  test("the keyboard alone asks, marks and removes", async () => {
    const { page } = await rig.open("/compare?m=pilot,reader,plain-gull");
    const focused = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press("Tab");
        const label = await page.evaluate<string>(
          "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
        );
        if (name.test(label)) return;
      }
      throw new Error(`no key leads to ${name.source}`);
    };
    await column(page, 3).waitFor();
    // what is typed before somebody listens is lost
    const isListening = () => page.evaluate<boolean>("document.activeElement.tagName === 'TEXTAREA'");
    await until("the question's field to have the focus", async () =>
      (await isListening()) ? true : undefined,
    );
    await page.keyboard.type("Hello");
    await page.keyboard.press("Enter");
    await column(page, 3).getByRole("button", { name: "Best" }).waitFor();
    await isIdle(page);
    await focused(/^Best$/);
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Times called the best" }).getByText("pilot 1").waitFor();
    await focused(/What to do with column 2/);
    await page.keyboard.press("Enter");
    // a menu that has just opened may not hear the first key: the last choice gets it itself
    await page.getByRole("menuitem").last().press("Enter");
    await until("a column less", async () => ((await columns(page).count()) === 2 ? true : undefined));
  });

  test("with one model alone, and with none, the way to another is shown", async () => {
    const { page, mock } = await rig.open("/compare");
    mock.world.providers.splice(0);
    mock.world.routes.splice(0);
    for (const one of mock.world.services.values())
      if (one.name !== "pilot") mock.world.removeService(one.id);
    await page.evaluate("localStorage.removeItem('berth.compare-columns')");
    await page.goto(`${mock.url}/compare`);
    await page.getByText(/can be called now, so the columns ask it twice/).waitFor();
    expect(await columns(page).count()).toBe(2);
    mock.world.removeService("pilot");
    await page.evaluate("localStorage.removeItem('berth.compare-columns')");
    await page.goto(`${mock.url}/compare`);
    await page.getByText("Nothing runs that could be compared").waitFor();
    await page.getByText("berth provider add").waitFor();
  });

  test("a model that is gone is said to be gone, in its column", async () => {
    const { page } = await rig.open("/compare?m=pilot,gone");
    await column(page, 2).getByText("gone cannot be called now").waitFor();
  });
});
