import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("secrets", () => {
  const rig = consoleRig();

  test("one is stored, and its value comes back to nobody", async () => {
    const { page, mock } = await rig.open("/secrets");
    await page.getByRole("button", { name: "Add a secret" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a secret" });
    mock.fail("putSecret", new BerthError("invalid_request", "use small letters", { param: "name" }));
    await dialog.getByRole("textbox", { name: "Name" }).fill("Nest Token");
    await dialog.getByLabel("Value").fill("hidden-nest-value");
    await dialog.getByRole("button", { name: "Store it" }).click();
    await dialog.getByRole("alert").getByText("use small letters").waitFor();
    mock.heal("putSecret");
    await dialog.getByRole("textbox", { name: "Name" }).fill("nest-token");
    await dialog.getByRole("button", { name: "Store it" }).click();
    await page.getByRole("row", { name: /nest-token/ }).waitFor();
    expect(await page.content()).not.toContain("hidden-nest-value");
    await expectAccessible(page);
  });

  test("another value takes the place of one, of the same owner", async () => {
    const { page, mock } = await rig.open("/secrets");
    await page.getByRole("button", { name: "What to do with bird-archive-password" }).click();
    await page.getByRole("menuitem", { name: "Replace …" }).click();
    const dialog = page.getByRole("dialog", { name: "Replace bird-archive-password" });
    await dialog.getByLabel("Value").fill("another");
    await dialog.getByRole("button", { name: "Replace it" }).click();
    await page.getByText("bird-archive-password has another value.").first().waitFor();
    expect(mock.world.secrets).toHaveLength(2);
    expect(mock.world.secrets.find(({ owner }) => owner === "birds")?.updatedAt).toBeGreaterThan(
      Date.now() - 60_000,
    );
  });

  test("one in use is kept, and says by whom; one that nobody uses is deleted", async () => {
    const { page, mock } = await rig.open("/secrets");
    await page.getByRole("button", { name: "What to do with hub-token" }).click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    const refusal = page.getByRole("dialog", { name: "hub-token is in use" });
    await refusal.getByRole("link", { name: "ada/summaries" }).waitFor();
    await refusal.getByRole("button", { name: "Close" }).first().click();
    await page.getByRole("button", { name: "What to do with bird-archive-password" }).click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("row", { name: /bird-archive-password/ }).waitFor({ state: "detached" });
    expect(mock.world.secrets.map(({ name }) => name)).toEqual(["hub-token"]);
  });

  test("a hardware preset is changed on one profile, and brought back as it was", async () => {
    const { page, mock } = await rig.open("/secrets");
    const table = page.getByRole("table", { name: "Hardware presets" });
    await page.getByRole("button", { name: "What to do with gpu-1" }).click();
    await page.getByRole("menuitem", { name: "Change …" }).click();
    const dialog = page.getByRole("dialog", { name: "Change gpu-1" });
    await dialog.getByLabel("Memory, GiB").fill("96");
    await dialog.getByLabel("Type of GPU").fill("a100");
    await dialog.getByRole("button", { name: "Save it" }).click();
    await table.getByText("8 CPUs · 96 GiB · 1 GPU (a100)").waitFor();
    await page.getByRole("button", { name: "What to do with gpu-1" }).click();
    await page.getByRole("menuitem", { name: "As it was …" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Bring it back" }).click();
    await table.getByText("8 CPUs · 64 GiB · 1 GPU").waitFor();
    await page.getByRole("button", { name: "What to do with cpu-sm on scratch" }).click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("On scratch the one that holds everywhere takes its place.").waitFor();
    await question.getByRole("button", { name: "Delete it" }).click();
    await until("it to be gone", () =>
      mock.world.presets.some(({ profile }) => profile === "scratch") ? undefined : true,
    );
  });
});

describe.skipIf(!hasChromium)("a worker's key", () => {
  const rig = consoleRig();

  test("it is made for the work on jobs", async () => {
    const { page, mock } = await rig.open("/keys?create=yes");
    const dialog = page.getByRole("dialog", { name: "Create a key" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("bench-07");
    await dialog.getByRole("combobox", { name: "Allows" }).click();
    await page.getByRole("option", { name: /^Work on jobs/ }).click();
    await dialog.getByRole("button", { name: "Create it" }).click();
    await page.getByText("Copy the key now").waitFor();
    expect(mock.world.keys.at(-1)?.scopes).toEqual(["worker", "inference"]);
    await page.getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("row", { name: /bench-07/ })
      .getByText("work on jobs")
      .last()
      .waitFor();
  });
});
