import { BerthError } from "@berth/api";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

/** One profile's card. */
const card = (page: Page, name: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: new RegExp(`^${name}`) }) });

describe.skipIf(!hasChromium)("profiles", () => {
  const rig = consoleRig();

  test("an invalid profile says why; removing one can be undone", async () => {
    const { page, mock } = await rig.open("/profiles");
    await page.getByText(/cache \/mnt\/scratch\/models does not exist/).waitFor();
    await card(page, "scratch").getByRole("button", { name: "Remove …" }).click();
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByText("Profile scratch is removed.", { exact: true }).waitFor();
    expect(mock.world.profiles).toHaveLength(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("heading", { name: "scratch" }).waitFor();
  });

  test("without any, the page says what one is for and offers to add it", async () => {
    const { page, mock } = await rig.open("/profiles");
    await page.getByRole("heading", { name: "scratch" }).waitFor();
    mock.world.profiles.splice(0);
    mock.world.publish({ type: "profiles" });
    await page.getByRole("button", { name: "Add the first profile" }).click();
    await page.getByRole("dialog", { name: "Add a profile" }).waitFor();
  });

  test("a cluster is added field by field, each fault at its field", async () => {
    const { page, mock } = await rig.open("/profiles");
    await page.getByRole("button", { name: "Add a profile" }).click();
    await page.getByRole("combobox", { name: "Kind" }).click();
    await page.getByRole("option", { name: /Slurm cluster/ }).click();
    await page.getByLabel("Name").fill("della");
    await page.getByLabel("Host").fill("nowhere");
    await page.getByLabel("Home").fill("~/.berth");
    await page.getByLabel("Cache").fill("/scratch/models");
    await page.getByRole("button", { name: /What each job there asks for/ }).click();
    await page.getByLabel("Partition").fill("gold");
    await page.getByLabel("Setup line").fill("module load apptainer");
    await page.getByRole("combobox", { name: "Container runtime" }).click();
    await page.getByRole("option", { name: "Apptainer" }).click();
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/Could not resolve hostname nowhere/)
      .waitFor();
    expect(await page.getByLabel("Host").getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "Add it without looking" }).waitFor();
    await expectAccessible(page);
    await page.getByLabel("Host").fill("della.example.edu");
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/there is no partition gold/)
      .waitFor();
    await page.getByLabel("Partition").fill("gpu");
    await page.getByRole("button", { name: "Add it", exact: true }).click();
    await page.getByRole("heading", { name: "della" }).waitFor();
    expect(mock.world.profile("della").slurm).toEqual({
      host: "della.example.edu",
      partition: "gpu",
      runtime: "apptainer",
      setup: "module load apptainer",
    });
  });

  test("a cluster's profile is changed, and an emptied field takes its value away", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    await card(page, "della").getByRole("button", { name: "Edit …" }).click();
    await page.getByLabel("Account").fill("");
    await page.getByLabel("Time", { exact: true }).fill("2:00:00");
    await page.getByRole("button", { name: "Save it" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(mock.world.profile("della").slurm).toMatchObject({ time: "2:00:00", partition: "gpu" });
    expect(mock.world.profile("della").slurm).not.toHaveProperty("account");
    await card(page, "della")
      .getByText(/partition gpu · 2 hours/)
      .waitFor();
  });

  test("what a cluster has is shown, and looked at again on demand", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    const gpu = page.getByRole("list", { name: "Partitions of della" }).getByRole("listitem").nth(1);
    for (const words of ["at most 1 day", "2 idle", "9 partly used", "12 busy", "1 away", "11 of 80 free"])
      await gpu.getByText(words).waitFor();
    await page.getByText("at most 7 days · 2 running · 4 submitted").waitFor();
    const before = mock.world.cluster.seenAt;
    await page.getByRole("button", { name: "Look at della again" }).click();
    await until("a fresh look", () => (mock.world.cluster.seenAt > before ? true : undefined));
  });

  test("a cluster that cannot be asked says why, in ssh's words, and is not asked", async () => {
    const { page } = await rig.open("/profiles", { seed: "clusters" });
    let asked = 0;
    page.on("request", (request) => (asked += Number(/(tiger|adroit)\/cluster/.test(request.url()))));
    await card(page, "tiger").getByText("Permission denied (publickey,keyboard-interactive).").waitFor();
    await card(page, "adroit")
      .getByText(/Unreachable, since/)
      .waitFor();
    await card(page, "adroit").getByText("Connection timed out").waitFor();
    expect(asked).toBe(0);
  });

  test("a log-in relays the host key, the password and Duo's choices", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    await card(page, "tiger").getByRole("button", { name: "Log in" }).click();
    const dialog = page.getByRole("dialog", { name: "Log in to tiger" });
    await dialog.getByText("SHA256:u2Zz0OQ8PpE9VXrCyyYqMZC7h3PpYy1mVfZlV1k8T9c", { exact: true }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Yes, this is the right key" }).click();
    const answer = dialog.getByLabel("Your answer, hidden");
    await answer.waitFor();
    expect(await answer.getAttribute("type")).toBe("password");
    await page.keyboard.type("secret");
    await page.keyboard.press("Enter");
    await dialog.getByText("Duo two-factor login").waitFor();
    await dialog.getByRole("button", { name: /Phone call/ }).click();
    await page.getByText("tiger is connected.", { exact: true }).waitFor();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("list", { name: "Partitions of tiger" }).waitFor();
    expect(mock.world.profile("tiger").connection?.state).toBe("connected");
  });

  test("a wrong password is told in the host's words, and tried again", async () => {
    const { page } = await rig.open("/profiles", { seed: "clusters" });
    await card(page, "tiger").getByRole("button", { name: "Log in" }).click();
    await page.getByRole("button", { name: "Yes, this is the right key" }).click();
    await page.getByLabel("Your answer, hidden").fill("wrong");
    await page.getByRole("button", { name: "Send it" }).click();
    await page
      .getByRole("alert")
      .getByText(/Permission denied/)
      .waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByRole("alert").getByText("Host key verification failed.").waitFor();
  });

  test("closing the dialog gives the log-in up", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    await card(page, "tiger").getByRole("button", { name: "Log in" }).click();
    await page.getByText("The key's fingerprint").waitFor();
    await page.keyboard.press("Escape");
    await until("it to be cancelled", () =>
      mock.world.logins.get("tiger").status === "cancelled" ? true : undefined,
    );
  });

  test("checks and repairs tell what was found, and what to do", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    const found = page.getByRole("list", { name: "What was found at della" });
    await card(page, "della").getByRole("button", { name: "Run checks" }).click();
    await found.getByText("compute nodes do not reach huggingface.co").waitFor();
    await found.getByText(/berth model add --stage/).waitFor();
    await card(page, "della").getByRole("button", { name: "Repair" }).click();
    await found.getByText("the runner was put there anew").waitFor();
    mock.fail("checkProfile", new BerthError("internal", "the disk is full"));
    await card(page, "della").getByRole("button", { name: "Check from a node" }).click();
    await page.getByText("the disk is full", { exact: true }).waitFor();
  });

  test("another profile is made the default", async () => {
    const { page, mock } = await rig.open("/profiles", { seed: "clusters" });
    await card(page, "della").getByRole("button", { name: "Make it the default" }).click();
    await page.getByRole("heading", { name: "della default" }).waitFor();
    expect(mock.world.profiles.filter((one) => one.default).map(({ name }) => name)).toEqual(["della"]);
  });
});
