import { describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { until } from "../until.ts";
import { ask, composer, expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

const answers = (page: Page) => page.getByRole("article", { name: /^Answer of/ });
const isIdle = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).waitFor();
const visible = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

describe.skipIf(!hasChromium)("chat", () => {
  const rig = consoleRig();

  test("a question is answered, measured, saved under an address, and there after a reload", async () => {
    const { page } = await rig.open("/chat");
    await ask(page, "Why are orcas so awesome?");
    await visible(page, /teach their young/);
    await visible(page, /tok\/s/);
    await visible(page, /to first token/);
    await isIdle(page);
    expect(page.url()).toMatch(/\/chat\/conv_/);
    await page.reload();
    await visible(page, /teach their young/);
    await visible(page, /tok\/s/);
    await page.getByRole("navigation", { name: "Chats" }).getByText("Why are orcas so awesome?").waitFor();
  });

  test("markdown is drawn, code is coloured and copied, and nothing of the model's is trusted", async () => {
    const { page } = await rig.open("/chat", { permissions: ["clipboard-read", "clipboard-write"] });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await ask(page, "Show me what I should not trust");
    await isIdle(page);
    await page.getByRole("table").first().waitFor();
    await page.locator("pre span[style*='--shiki-token-keyword']").first().waitFor();
    await page.getByRole("button", { name: "Copy the code" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toContain("export function countBirds");
    expect(await page.locator("article script, article b[onclick]").count()).toBe(0);
    const link = page.getByRole("link", { name: "database" });
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await page.locator("a[href^='javascript']").count()).toBe(0);
    expect(requests.filter((url) => !url.startsWith(new URL(page.url()).origin))).toEqual([]);
    await expectAccessible(page);
  });

  test("an answer is stopped in the middle, keeps what came, and can be asked for again", async () => {
    const { page, mock } = await rig.open("/chat");
    mock.world.tokensPerSecond = 25;
    await ask(page, "A long answer please");
    await visible(page, /Paragraph 1/);
    await page.getByRole("button", { name: "Stop" }).click();
    await visible(page, /stopped by you/);
    const [saved] = [...mock.world.conversations.values()];
    expect(saved?.messages.at(-1)?.content).toMatch(/^Paragraph 1/);
    mock.world.tokensPerSecond = 2000;
    await page.getByRole("button", { name: "Answer again" }).click();
    await isIdle(page);
    expect(await answers(page).count()).toBe(1);
    expect(await page.getByText("stopped by you").count()).toBe(0);
  });

  test("leaving the page does not end an answer, and Escape does", async () => {
    const { page, mock } = await rig.open("/chat");
    mock.world.tokensPerSecond = 40;
    await ask(page, "A long answer please");
    await visible(page, /Paragraph 1/);
    await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: /Services/ })
      .click();
    await page.getByRole("heading", { name: "Services" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await composer(page).press("Escape");
    await visible(page, /stopped by you/);
  });

  test("a reload in the middle loses little, and says so", async () => {
    const { page, mock } = await rig.open("/chat");
    mock.world.tokensPerSecond = 20;
    await ask(page, "A long answer please");
    await until("a checkpoint", () =>
      [...mock.world.conversations.values()].some(({ messages }) => messages.length === 2) ? true : undefined,
    );
    await page.reload();
    await visible(page, /Paragraph 1/);
    await visible(page, /interrupted/);
  });

  test("a question is edited, answered anew, and the old one can be brought back", async () => {
    const { page } = await rig.open("/chat");
    await ask(page, "The first question");
    await isIdle(page);
    await page.getByRole("button", { name: "Edit and send again" }).click();
    await page.getByLabel("Edit your message").fill("A better question");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Your message" }).getByText("A better question").waitFor();
    await isIdle(page);
    expect(await answers(page).count()).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("article", { name: "Your message" }).getByText("The first question").waitFor();
  });

  test("a refusal stands in its place with the server's words, and can be tried again", async () => {
    const { page } = await rig.open("/chat");
    await ask(page, "Please refuse");
    await page.getByRole("alert").getByText("the prompt has 5,120 tokens").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText("the prompt has 5,120 tokens").waitFor();
    expect(await answers(page).count()).toBe(1);
  });

  test("an engine that dies keeps what it said, and why it ended", async () => {
    const { page } = await rig.open("/chat");
    await ask(page, "Now die");
    await visible(page, /I am a mock/);
    await page.getByRole("alert").getByText("signal SIGKILL").waitFor();
  });

  test("a held request says why it waits", async () => {
    const { page, mock } = await rig.open("/chat?model=plain-gull");
    mock.world.held = { reason: "waiting for plain-gull: loading 62 %", forMs: 1500 };
    await ask(page, "Hello");
    await visible(page, "waiting for plain-gull: loading 62 %");
    await visible(page, /I am a mock/);
    expect(await page.getByText("loading 62 %").count()).toBe(0);
  });

  test("the system prompt and the parameters reach the request, the snippet, and the next visit", async () => {
    const { page } = await rig.open("/chat", { viewport: { width: 1600, height: 1000 } });
    await page.getByLabel("System prompt").fill("Be brief.");
    await page.getByLabel("Temperature").fill("0.3");
    await page.getByLabel("Stop").fill("END");
    await page.getByRole("switch", { name: /JSON mode/ }).click();
    await page.getByLabel("Temperature").press("Enter");
    const asked = page.waitForRequest(/chat\/completions/);
    await ask(page, "Hello");
    const body = (await asked).postDataJSON() as Record<string, unknown>;
    expect(body).toMatchObject({
      temperature: 0.3,
      stop: ["END"],
      response_format: { type: "json_object" },
      stream: true,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
      ],
    });
    await isIdle(page);
    await page.getByRole("button", { name: "Call it" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Be brief.").waitFor();
    await dialog.getByRole("tab", { name: "Python" }).click();
    await dialog.getByText("base_url").first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.reload();
    expect(await page.getByLabel("System prompt").inputValue()).toBe("Be brief.");
  });

  test("a number out of its range is refused in its place", async () => {
    const { page } = await rig.open("/chat", { viewport: { width: 1600, height: 1000 } });
    await page.getByLabel("Temperature").fill("7");
    await page.getByLabel("Temperature").press("Enter");
    await page.getByRole("alert").getByText("0 to 2").waitFor();
  });

  test("a tool call is a card, and its result lets the model go on", async () => {
    const { page } = await rig.open("/chat", { viewport: { width: 1600, height: 1000 } });
    await page.getByLabel("Tools").fill('[{"name": "weather"}]');
    await page.getByLabel("Tools").blur();
    await ask(page, "How is the weather?");
    await page.getByRole("region", { name: "Call of weather" }).getByText("Bergen").waitFor();
    await page.getByLabel("Result of weather").fill("rain");
    const asked = page.waitForRequest(/chat\/completions/);
    await page.getByRole("button", { name: "Give the results" }).click();
    expect((await asked).postDataJSON()).toMatchObject({
      messages: [
        { role: "user" },
        { role: "assistant", tool_calls: [{ id: "call_1", function: { name: "weather" } }] },
        { role: "tool", content: "rain", tool_call_id: "call_1" },
      ],
    });
    await visible(page, /I am a mock/);
  });

  test("chats are found, renamed, deleted, and brought back", async () => {
    const { page, mock } = await rig.open("/chat");
    for (const question of ["About gulls", "About terns"]) {
      await ask(page, question);
      await visible(page, /teach their young/);
      await isIdle(page);
      await page.getByRole("link", { name: "New chat" }).click();
    }
    const list = page.getByRole("navigation", { name: "Chats" });
    await page.getByLabel("Search chats").fill("gull");
    await until("the other to be hidden", async () =>
      (await list.getByRole("listitem").count()) === 1 ? true : undefined,
    );
    await list.getByRole("button", { name: "What to do with About gulls" }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByLabel("Title of the chat").fill("Gulls, at length");
    await page.keyboard.press("Enter");
    await list.getByText("Gulls, at length").waitFor();
    await list.getByRole("button", { name: "What to do with Gulls, at length" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await visible(page, "“Gulls, at length” is deleted.");
    expect(mock.world.conversations.size).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await visible(page, /teach their young/);
    expect([...mock.world.conversations.values()].map(({ title }) => title).toSorted()).toEqual([
      "About terns",
      "Gulls, at length",
    ]);
  });

  test("a chat that could not be begun gives the words back", async () => {
    const { page, mock } = await rig.open("/chat");
    await page.getByRole("heading", { name: "Ask pilot" }).waitFor();
    mock.down();
    await ask(page, "Precious words");
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    expect(await composer(page).inputValue()).toBe("Precious words");
  });

  test("the toy is called a toy, and real models are offered with size and memory need", async () => {
    const { page } = await rig.open("/chat");
    await visible(page, /a toy of 3.7 million parameters/);
    const real = page.getByRole("region", { name: "Real models" });
    await real.getByText("4.68 GB").waitFor();
    await real.getByText(/needs ≈ 5.4 GiB/).waitFor();
    await real.getByText("fits now").first().waitFor();
  });

  test("without any service the way to one is shown", async () => {
    const { page } = await rig.open("/chat", { seed: "empty" });
    await visible(page, "Nothing runs that could answer");
    await page.getByRole("link", { name: "Start a service" }).click();
    await page.getByRole("heading", { name: "Start a service" }).waitFor();
  });

  test("the chosen model is remembered", async () => {
    const { page } = await rig.open("/chat");
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.getByLabel("Filter: Model").fill("gull");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Ask plain-gull" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Ask plain-gull" }).waitFor();
  });
});
