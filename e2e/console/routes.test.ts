import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("routes", () => {
  const rig = consoleRig();

  test("one is added with a fallback, by the keyboard where that is shorter", async () => {
    const { page, mock } = await rig.open("/routes");
    await page.getByRole("button", { name: "Add a route" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a route" });
    await dialog.getByLabel("Name").fill("chat");
    for (const model of ["pilot", "openai/gpt-4o-mini"]) {
      await dialog.getByRole("button", { name: /^Another target/ }).click();
      await page.getByRole("combobox", { name: "Filter: Another target" }).fill(model);
      await page.keyboard.press("Enter");
    }
    await dialog.getByRole("button", { name: "Ask openai/gpt-4o-mini later" }).focus();
    await page.keyboard.press("Enter");
    await dialog.getByText("Then, when those before cannot answer").waitFor();
    await dialog.getByRole("button", { name: "Add it" }).click();
    await dialog.getByRole("alert").getByText("a route named chat exists").waitFor();
    await dialog.getByLabel("Name").fill("talk");
    await dialog.getByRole("button", { name: "Add it" }).click();
    await page.getByText("talk is live.", { exact: true }).waitFor();
    expect(mock.world.routes.at(-1)?.targets).toMatchObject([
      { model: "pilot", group: 0 },
      { model: "openai/gpt-4o-mini", group: 1 },
    ]);
  });

  test("an edit has an address, and weights where they count", async () => {
    const { page, mock } = await rig.open("/routes?edit=gpt-4.*");
    const dialog = page.getByRole("dialog", { name: "Edit gpt-4.*" });
    await dialog.getByLabel("Weight of openai/gpt-4o").fill("5");
    await dialog.getByRole("button", { name: "Retries, cache, log" }).click();
    await dialog.getByRole("combobox", { name: "Equal requests" }).click();
    await page.getByRole("option", { name: "Are each answered anew" }).click();
    await dialog.getByRole("button", { name: "Save it" }).click();
    await page.getByText("gpt-4.* is live.", { exact: true }).waitFor();
    const edited = mock.world.routes.find(({ name }) => name === "gpt-4.*");
    expect(edited).toMatchObject({ cache: null, targets: [{ weight: 5 }, { weight: 1 }] });
    expect(page.url()).not.toContain("edit=");
  });

  test("what is exported is imported again, told before it is done", async () => {
    const { page, mock } = await rig.open("/routes");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export" }).click();
    const text = await readFile(await (await download).path(), "utf8");
    const { routes } = JSON.parse(text) as { routes: { name: string }[] };
    expect(routes.map(({ name }) => name)).toEqual(["chat", "gpt-4.*", "rest"]);
    await page.getByRole("button", { name: "Import …" }).click();
    const dialog = page.getByRole("dialog", { name: "Import routes" });
    const file = { name: "mine.json", mimeType: "application/json" };
    await dialog.getByLabel("File").setInputFiles({ ...file, buffer: Buffer.from("[]") });
    await dialog.getByText("mine.json holds no").waitFor();
    const mine = JSON.stringify({ routes: [routes[0], { name: "new", targets: [{ model: "pilot" }] }] });
    await dialog.getByLabel("File").setInputFiles({ ...file, buffer: Buffer.from(mine) });
    await dialog.getByLabel("Remove routes that are not in it").check();
    await dialog.getByText("adds new; changes chat; removes gpt-4.*, rest").waitFor();
    expect(mock.world.routes).toHaveLength(3);
    await dialog.getByRole("button", { name: "Take them over" }).click();
    await until("the routes to be taken over", () =>
      mock.world.routes.map(({ name }) => name).join() === "chat,new" ? true : undefined,
    );
  });

  test("removing one says where its requests go", async () => {
    const { page, mock } = await rig.open("/routes");
    await page.getByRole("button", { name: "What to do with chat" }).click();
    await page.getByRole("menuitem", { name: "Remove …" }).click();
    await page.getByRole("alertdialog").getByText("Requests for chat then go to").waitFor();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("chat is removed.", { exact: true }).waitFor();
    expect(mock.world.routes).toHaveLength(2);
  });
});
