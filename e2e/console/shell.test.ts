import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, expectNoOverflow, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("logging in", () => {
  const rig = consoleRig();

  test("a page asks for the code first, and is there after it", async () => {
    const { page, mock } = await rig.open("/services/pilot?tab=logs", { open: false });
    await page.getByText("berth open", { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByLabel("One-time code").fill("wrong-one");
    await page.getByRole("button", { name: "Enter" }).click();
    await page
      .getByRole("alert")
      .getByText(/wrong or has been used/)
      .waitFor();
    await page.getByLabel("One-time code").fill(`${mock.url}/login#${mock.code}`);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "pilot" }).waitFor();
    expect(page.url()).toContain("tab=logs");
  });

  test("an address with a code enters by itself and leaves no code behind", async () => {
    const { page } = await rig.open("/login#wren-7431", { open: false });
    await page.getByRole("heading", { name: "Ask pilot" }).waitFor();
    await page.goBack();
    expect(page.url()).not.toContain("wren-7431");
  });

  test("a session that ends leads to the log-in and back", async () => {
    const { page, mock } = await rig.open("/models", { open: false });
    await page.getByLabel("One-time code").fill(mock.code);
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /berth\/pilot/ }).waitFor();
    await page.context().clearCookies();
    await page.getByRole("link", { name: /Keys/ }).click();
    await page.getByLabel("One-time code").fill(mock.code);
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /notebook/ }).waitFor();
  });

  test("logging out ends the session", async () => {
    const { page } = await rig.open("/login#wren-7431", { open: false });
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("One-time code").waitFor();
    await page.goto(new URL("/services", page.url()).href);
    await page.getByLabel("One-time code").waitFor();
  });

  test("no other site is gone to after the log-in", async () => {
    const { page, mock } = await rig.open("/login?next=//evil.example/x", { open: false });
    await page.getByLabel("One-time code").fill(mock.code);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Ask pilot" }).waitFor();
    expect(new URL(page.url()).origin).toBe(mock.url);
  });
});

describe.skipIf(!hasChromium)("the shell", () => {
  const rig = consoleRig();

  test("Ctrl-K finds pages, services, models and actions", async () => {
    const { page } = await rig.open("/models");
    await page.getByRole("heading", { name: "Models" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type("skua");
    await page.getByRole("option", { name: /warm-skua.*Failed/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole("combobox").press("Enter");
    await page.getByRole("heading", { name: "warm-skua" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Find/ }).waitFor();
    await page.keyboard.type("dark");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Find/ }).waitFor();
    await page.keyboard.type("nothing is called this");
    await page.getByText("Nothing is called that here.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("the theme is the system's until one is chosen, and the choice is kept without a flash", async () => {
    const { page } = await rig.open("/services", { colorScheme: "dark" });
    const background = () =>
      page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
    await page.getByRole("heading", { name: "Services" }).waitFor();
    expect(await background()).toBe("rgb(19, 20, 22)");
    await page.getByRole("radio", { name: "Light" }).click();
    expect(await background()).toBe("rgb(251, 251, 250)");
    await page.route("**/main*", (route) => route.abort());
    await page.reload();
    expect(await background()).toBe("rgb(251, 251, 250)");
  });

  test("a lost connection is said once, quietly, and heals by itself", async () => {
    const { page, mock } = await rig.open("/services");
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    mock.down();
    await page.getByText(/The server has not answered since/).waitFor();
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    expect(await page.getByText(/has not answered|does not answer/).count()).toBe(1);
    mock.world.changeService("pilot", { status: "UNHEALTHY" });
    mock.up();
    await page.getByText(/The server has not answered since/).waitFor({ state: "detached", timeout: 20_000 });
    await page.getByRole("row", { name: /pilot/ }).getByText("Unhealthy").waitFor();
  });

  test("a page opened while the server is away comes by itself when it is back", async () => {
    const { page, mock } = await rig.open("/services");
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    await page.route("**/api/**", (route) => route.abort());
    await page.reload();
    await page.getByText("The server does not answer.").waitFor();
    await page.unroute("**/api/**");
    await page.getByRole("row", { name: /pilot/ }).waitFor({ timeout: 20_000 });
    expect(mock.world.services.size).toBe(6);
  });

  test("a part whose code does not come at once comes later, and takes no page down", async () => {
    const { page } = await rig.open("/services");
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    await page.route("**/assets/radix-select*", (route) => route.abort());
    const refused = page.waitForEvent("requestfailed", (request) => request.url().includes("radix-select"));
    await page.reload();
    await refused;
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    const choice = page.getByRole("combobox").first();
    expect(await choice.isDisabled()).toBe(true);
    await page.unroute("**/assets/radix-select*");
    await page.locator("[role=combobox]:enabled").first().waitFor({ timeout: 20_000 });
  });

  test("the keyboard alone goes everywhere, and the focus is seen", async () => {
    const { page } = await rig.open("/services");
    await page.getByRole("row", { name: /pilot/ }).waitFor();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to the page" });
    expect(await skip.evaluate("document.activeElement.textContent")).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Start a service");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Start a service" }).waitFor();
  });

  test("on a narrow page the navigation is a drawer", async () => {
    const { page } = await rig.open("/services", { viewport: { width: 380, height: 700 } });
    await page.getByRole("button", { name: "Open the navigation" }).click();
    await expectAccessible(page);
    await expectNoOverflow(page);
    await page
      .getByRole("dialog")
      .getByRole("link", { name: /Models/ })
      .click();
    await page.getByRole("heading", { name: "Models" }).waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("a page that does not exist says so", async () => {
    const { page } = await rig.open("/nowhere");
    await page.getByText("There is no such page").waitFor();
  });

  test("a list that cannot be read says why, and is read again on demand", async () => {
    const { page, mock } = await rig.open("/chat");
    mock.fail("listKeys", new BerthError("internal", "the database is locked"));
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByRole("alert").getByText("the database is locked").waitFor();
    mock.heal("listKeys");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("row", { name: /notebook/ }).waitFor();
  });
});

describe.skipIf(!hasChromium)("keys", () => {
  const rig = consoleRig();

  test("a key is made, shown once, and revoked", async () => {
    const { page, mock } = await rig.open("/keys");
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("notebook");
    await page.getByRole("button", { name: "Create it" }).click();
    await page.getByRole("alert").getByText("a key named notebook exists").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("robot");
    await page.getByLabel("Only these models").fill("pilot, plain-gull");
    await page.getByRole("button", { name: "Create it" }).click();
    await page.getByRole("button", { name: "Copy the key" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^sk-berth-/);
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.getByText("sk-berth-Zx81w0n").count()).toBe(0);
    await page.getByRole("row", { name: /robot.*calls to pilot, plain-gull/ }).waitFor();
    await page.getByRole("button", { name: "What to do with robot" }).click();
    await page.getByRole("menuitem", { name: "Revoke …" }).click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await until("it to be gone", () =>
      mock.world.keys.some(({ name }) => name === "robot") ? undefined : true,
    );
  });
});
