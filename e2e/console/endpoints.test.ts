import { BerthError } from "@berth/api";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, expectNoOverflow, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

const summaries = "/endpoints/ep_5f20c1";

describe.skipIf(!hasChromium)("endpoints", () => {
  const rig = consoleRig();

  test("the list says how each stands, narrows, and leads to one", async () => {
    const { page } = await rig.open("/endpoints");
    const row = page.getByRole("row", { name: /ada\/summaries/ });
    await row.getByText("2 ready · 1 starting · of 3").last().waitFor();
    await row.getByText("changes not deployed").waitFor();
    await page.getByRole("searchbox").fill("memory segmenter");
    await page.getByText("Nothing fits the filter").waitFor();
    await page.getByRole("searchbox").fill("segmenter");
    await page.getByText("1 of 8").waitFor();
    expect(page.url()).toContain("q=segmenter");
    await page.getByRole("link", { name: "birds/segmenter" }).click();
    await page.getByRole("heading", { name: "birds/segmenter" }).waitFor();
    await page.getByText("3 starts failed in a row").waitFor();
  });

  test("one is created of a model, told at its fields what is wrong, and deployed", async () => {
    const { page, mock } = await rig.open("/endpoints/new");
    const make = page.getByRole("button", { name: "Create and deploy" });
    await page.getByText("Still needed: a model.").waitFor();
    expect(await make.isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Name" }).fill("summaries");
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("option", { name: /^berth\/pilot/ }).click();
    await page.getByLabel("Always running").fill("4");
    await page.getByRole("alert").getByText("give at least as many as always run").waitFor();
    await page.getByLabel("Always running").fill("1");
    await page.getByText("At least one replica runs all the time.").waitFor();
    await page.getByRole("button", { name: "Use a secret" }).click();
    const secret = page.getByRole("group", { name: "Secret 1" });
    await secret.getByRole("combobox", { name: "Secret" }).click();
    await page.getByRole("option", { name: "hub-token" }).click();
    expect(await secret.getByLabel("Environment variable").inputValue()).toBe("HUB_TOKEN");
    await page.getByText("--secret hub-token=HUB_TOKEN").waitFor();
    await expectAccessible(page);
    await make.click();
    await page.getByRole("alert").getByText("an endpoint named ada/summaries exists").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("minutes");
    await make.click();
    await page.getByRole("heading", { name: "ada/minutes" }).waitFor();
    await page.getByText("Deploying").first().waitFor();
    const made = mock.world.endpoints.one("ada/minutes");
    expect(made).toMatchObject({
      scaling: { min: 1, max: 3, targetPendingRequests: 100 },
      configuration: {
        template: { model: "berth/pilot" },
        profiles: ["local"],
        secrets: [{ secret: "hub-token", env: "HUB_TOKEN", as: "value" }],
      },
      nextDeployment: 1,
    });
  });

  test("workers of one's own need nothing but a name", async () => {
    const { page, mock } = await rig.open("/endpoints/new");
    await page.getByRole("tab", { name: "Own workers" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("nightly");
    await page.getByRole("button", { name: "Create it" }).click();
    await page.getByRole("button", { name: "Deploy it" }).waitFor();
    expect(mock.world.endpoints.one("ada/nightly")).toMatchObject({
      status: "CREATED",
      configuration: { template: null },
    });
  });

  test("what is changed is saved, then deployed, and both are said", async () => {
    const { page, mock } = await rig.open("/endpoints/ep_77b3a0?tab=settings");
    await page.getByLabel("Parallel sequences").fill("6");
    await page.getByLabel("At most").fill("2");
    await page.getByText("Not saved yet.").waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
    expect(await page.getByLabel("At most").inputValue()).toBe("1");
    await page.getByLabel("Parallel sequences").fill("6");
    await page.getByLabel("At most").fill("2");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Changed since deployment 1").waitFor();
    const changes = page.getByRole("list", { name: "Not deployed yet" });
    await changes.getByText("template.options.parallel").waitFor();
    expect(mock.world.endpoints.one("ada/embeddings").scaling.max).toBe(2);
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByText("Deployment 2 of ada/embeddings is on its way.").first().waitFor();
    await page.getByText("Changed since deployment 1").waitFor({ state: "detached" });
  });

  test("a refusal of the server stands at its field, and nothing typed is lost", async () => {
    const { page, mock } = await rig.open(`${summaries}?tab=settings`);
    const param = "scaling.max";
    mock.fail("updateEndpoint", new BerthError("invalid_request", "at most 4 here", { param }));
    await page.getByLabel("At most").fill("9");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("at most 4 here").first().waitFor();
    expect(await page.getByLabel("At most").inputValue()).toBe("9");
  });

  test("an earlier deployment is rolled back to, told first what that changes", async () => {
    const { page, mock } = await rig.open(`${summaries}?tab=deployments`);
    const list = page.getByRole("list", { name: "Deployments" });
    await list.getByText("rolled back by itself").waitFor();
    expect(await page.getByRole("button", { name: /^Roll back to deployment/ }).count()).toBe(1);
    await page.getByRole("button", { name: "Roll back to deployment 1 …" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByRole("list", { name: "What changes" }).getByText("hardware").waitFor();
    await question.getByText("Changes that are not deployed are given up.").waitFor();
    await question.getByRole("button", { name: "Roll back" }).click();
    await list.getByText("repeats #1").waitFor();
    expect(mock.world.endpoints.one("ada/summaries").nextDeployment).toBe(5);
  });

  test("the plot says under the pointer why there were so many replicas", async () => {
    const { page } = await rig.open(`${summaries}?tab=replicas`);
    await page.getByText("3 replicas: 21 requests are pending").first().waitFor();
    const plot = page.locator(".u-over").first();
    const box = await plot.boundingBox();
    if (box === null) throw new Error("no plot");
    await page.mouse.move(box.x + 8, box.y + 40);
    await page.getByText("none: no request for 15 min").waitFor();
    await page.mouse.move(box.x, box.y - 200);
    await page.getByText("none: no request for 15 min").waitFor({ state: "detached" });
    expect(await page.getByRole("img", { name: /^Replicas over time/ }).getAttribute("aria-label")).toContain(
      "wanted: 4 at most",
    );
  });

  test("replicas lead to their services, decisions stand with their reasons", async () => {
    const { page } = await rig.open(`${summaries}?tab=replicas`);
    const events = page.getByRole("list", { name: "What happened" });
    await events.getByText("31 requests are pending").waitFor();
    await page.getByRole("combobox", { name: "Kind of event" }).click();
    await page.getByRole("option", { name: "Orders" }).click();
    await events.getByText("Created by admin").waitFor();
    expect(await events.getByText("31 requests are pending").count()).toBe(0);
    await page.getByRole("link", { name: "summaries-3-a" }).click();
    await page.getByRole("tab", { name: "Details" }).click();
    await page.getByRole("link", { name: "endpoint ep_5f20c1, deployment 3" }).waitFor();
  });

  test("it is called from the page, and the answer shown; a refusal is an answer too", async () => {
    const { page, mock } = await rig.open("/endpoints/ep_91dd04");
    const body = page.getByRole("textbox", { name: "Body" });
    await body.fill("{");
    await page.getByRole("alert").getByText("This is no JSON").waitFor();
    await body.fill('{"audio": "orcas.wav"}');
    await page.getByRole("button", { name: "Call it" }).click();
    const answer = page.getByRole("status", { name: "Answer" });
    await answer.getByText("birds/transcripts").waitFor();
    expect(mock.world.lastCall).toEqual({
      path: "/e/birds/transcripts/predict",
      body: '{"audio": "orcas.wav"}',
    });
    mock.world.endpoints.change("ep_91dd04", { status: "PAUSED" });
    await page.getByText("It is paused: calls are refused, jobs wait.").first().waitFor();
    await page.getByRole("button", { name: "Call it" }).click();
    await answer.getByText("409").waitFor();
  });

  test("a call is queued as a job from the page", async () => {
    const { page, mock } = await rig.open("/endpoints/ep_b06c55");
    expect(await page.getByRole("button", { name: "Call it" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Queue it as a job" }).click();
    await page.getByText("Submitted, and on the disk").waitFor();
    const [last] = mock.world.jobs.list();
    expect(last).toMatchObject({ endpointId: "ep_b06c55", path: "/predict", status: "QUEUED" });
  });

  test("it is paused and resumed, woken, renamed and deleted, told first what is lost", async () => {
    const { page, mock } = await rig.open(`${summaries}?tab=settings`);
    await page.getByRole("button", { name: "Pause …" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("3 replicas are stopped, and 21 calls under way are ended or refused").waitFor();
    await question.getByRole("button", { name: "Pause it" }).click();
    await page.getByText("paused by admin").waitFor();
    await page.getByRole("button", { name: "Resume" }).first().click();
    await page.getByRole("button", { name: "Wake" }).click();
    await until("a replica to be asked for", () =>
      mock.world.endpoints.one("ada/summaries").replicas.wanted === 1 ? true : undefined,
    );
    await page.getByRole("button", { name: "Rename …" }).click();
    const dialog = page.getByRole("dialog", { name: "Rename ada/summaries" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("demo");
    await dialog.getByRole("button", { name: "Rename it" }).click();
    await dialog.getByRole("alert").getByText("an endpoint named ada/demo exists").waitFor();
    await dialog.getByRole("textbox", { name: "Name" }).fill("digests");
    await dialog.getByRole("button", { name: "Rename it" }).click();
    await page.getByRole("heading", { name: "ada/digests" }).waitFor();
    await page.getByRole("button", { name: "Delete …" }).click();
    await question.getByText("9 jobs are cancelled.").waitFor();
    await question.getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("row", { name: /birds\/segmenter/ }).waitFor();
    expect(mock.world.endpoints.endpoints.has("ep_5f20c1")).toBe(false);
  });

  test("what changes elsewhere is seen at once", async () => {
    const { page, mock } = await rig.open("/endpoints/ep_77b3a0");
    await page.getByText("Scaled down").waitFor();
    mock.world.endpoints.change("ep_77b3a0", { status: "STARTING", statusReason: "a call woke it" });
    await page.getByText("a call woke it").waitFor();
    mock.world.endpoints.remove("ep_77b3a0");
    await page.getByText("There is no endpoint ep_77b3a0").waitFor();
  });

  test("left alone the world moves: replicas come, decisions are told", async () => {
    const { page, mock } = await rig.open(`${summaries}?tab=replicas`, { moving: true });
    const before = mock.world.endpoints.events.length;
    const events = page.getByRole("list", { name: "What happened" });
    await until("something to happen", () =>
      mock.world.endpoints.events.length > before ? true : undefined,
    );
    const last = mock.world.endpoints.events.findLast(({ endpointId }) => endpointId === "ep_5f20c1");
    await events
      .getByText(last?.message ?? "nothing")
      .first()
      .waitFor();
  });

  test("a narrow page holds all of it", async () => {
    const { page } = await rig.open(summaries, { viewport: { width: 380, height: 780 } });
    for (const tab of ["Replicas", "Deployments", /^Jobs/, "Logs", "Settings"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tabpanel").first().waitFor();
      await expectNoOverflow(page);
    }
  });
});
