import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("jobs", () => {
  const rig = consoleRig();

  test("the list is read by pages, and narrowed by status, endpoint and dead letters", async () => {
    const { page } = await rig.open("/jobs");
    await page.getByText("100 and older ones").waitFor();
    await page.getByRole("button", { name: "Older ones" }).click();
    await page.getByRole("status").getByText("146").waitFor();
    await page.getByRole("combobox", { name: "Status" }).click();
    await page.getByRole("option", { name: "Running" }).click();
    await page.getByRole("status").getByText("3", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Endpoint" }).click();
    await page.getByRole("option", { name: "ada/nightly-evaluation" }).click();
    await page.getByText("1,240 of 4,000 · reading questions of set 2").waitFor();
    expect(page.url()).toContain("endpoint=ep_b06c55");
    await page.goto(page.url().replace(/\?.*/, "?dead=yes"));
    await page.getByText("ValueError: sentences must be").waitFor();
    expect(await page.getByRole("row").count()).toBe(3);
  });

  test("a dead letter is retried, and cancelled again", async () => {
    const { page, mock } = await rig.open("/jobs?dead=yes");
    await page.getByRole("button", { name: "What to do with job job_7f000e" }).click();
    await page.getByRole("menuitem", { name: "Retry" }).click();
    await page.getByText("Job job_7f000e is queued again.").first().waitFor();
    await page.getByRole("row", { name: /job_7f000e/ }).waitFor({ state: "detached" });
    await page.goto(`${mock.url}/jobs/job_7f000e`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Retry" }).waitFor();
    expect(mock.world.jobs.one("job_7f000e").job.status).toBe("CANCELLED");
  });

  test("a running job's progress and values come as they are told", async () => {
    const { page, mock } = await rig.open("/jobs/job_7f0012");
    await page.getByText("70 of 120 · page 7 of 12").waitFor();
    const values = page.getByRole("log", { name: "Values" });
    await values.getByText('{"page":7,"text":"Page 7 is about orcas."}').waitFor();
    const { values: before } = mock.world.jobs.one("job_7f0012");
    mock.world.jobs.change(
      "job_7f0012",
      { progress: { done: 96, total: 120, message: "page 10 of 12" } },
      { values: [...before, { page: 8 }] },
    );
    await values.getByText('{"page":8}').waitFor();
    await page.getByText("96 of 120 · page 10 of 12").waitFor();
    const bar = page.getByRole("progressbar", { name: "Progress of job job_7f0012" });
    expect(await bar.getAttribute("aria-valuenow")).toBe("80");
    mock.world.jobs.complete("job_7f0012");
    await page.getByText("Completed after").waitFor();
    await page.getByRole("button", { name: "Save" }).first().waitFor();
  });

  test("a result is read here, and saved as it is", async () => {
    const { page, mock } = await rig.open("/jobs/job_7f000f");
    await page.getByText('"language"').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save" }).first().click(),
    ]);
    expect(download.suggestedFilename()).toBe("job_7f000f-result.json");
    expect(await readFile(await download.path(), "utf8")).toBe(mock.world.jobs.one("job_7f000f").result);
  });

  test("a failure shows what is wrong and the lines that prove it; its webhook is told again", async () => {
    const { page } = await rig.open("/jobs/job_7f000e");
    const failure = page.getByRole("region", { name: "What went wrong" });
    await failure.getByText('File "app.py", line 22, in shorten').waitFor();
    const deliveries = page.getByRole("list", { name: "Deliveries" });
    await deliveries.getByText("the bird house is being cleaned").waitFor();
    await page.getByRole("button", { name: "Tell it again" }).click();
    await deliveries.getByText("Delivered").waitFor();
    expect(await deliveries.getByRole("listitem").count()).toBe(2);
    await expectAccessible(page);
  });

  test("everything that waits for an endpoint is cancelled at once, asked first", async () => {
    const { page, mock } = await rig.open("/endpoints/ep_5f20c1?tab=jobs");
    await page.getByRole("button", { name: "Cancel what waits …" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("8 jobs that wait are cancelled").waitFor();
    await question.getByRole("button", { name: "Cancel them" }).click();
    await page.getByText("8 jobs are cancelled.").first().waitFor();
    await until("nothing to wait", () =>
      mock.world.jobs.list().some(({ status }) => status === "QUEUED") ? undefined : true,
    );
    await page.getByRole("button", { name: "Cancel what waits …" }).waitFor({ state: "detached" });
  });

  test("a job that is no more says so", async () => {
    const { page } = await rig.open("/jobs/job_gone");
    await page.getByText("There is no job job_gone").waitFor();
    await page.getByRole("link", { name: "All jobs" }).click();
    await page.getByText("100 and older ones").waitFor();
  });
});
