import { describe, expect, test } from "vitest";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

const paper = { name: "orcas.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4") };
const notes = { name: "notes.md", mimeType: "text/markdown", buffer: Buffer.from("# Notes") };

describe.skipIf(!hasChromium)("summarising", () => {
  const rig = consoleRig();

  test("documents become one text, with the pages that each part was made of", async () => {
    const { page, mock } = await rig.open("/summarize");
    mock.world.tokensPerSecond = 2000;
    const documents = page.getByLabel("Documents", { exact: true });
    await documents.setInputFiles([paper, notes]);
    await page.getByRole("button", { name: "Take notes.md away" }).click();
    await page.getByLabel("Calls at once").fill("4");
    await page.getByRole("button", { name: "Summarize", exact: true }).click();
    await page.getByText("13 calls").waitFor();
    await page.getByRole("heading", { name: "Orcas" }).waitFor();
    const sources = page.getByRole("list", { name: "Sources" });
    expect(await sources.getByRole("listitem").count()).toBe(12);
    await sources.getByText("pages 3 to 4").click();
    await page.getByText("Part 2 is about orcas.").waitFor();
    expect(mock.world.lastSummary).toMatchObject({ model: "pilot", parallel: 4 });
    expect(mock.world.lastSummary?.file?.map(({ name }) => name)).toEqual(["orcas.pdf"]);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Copy the text" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^# Orcas/);
  });

  test("a question is asked of them", async () => {
    const { page, mock } = await rig.open("/summarize");
    mock.world.tokensPerSecond = 2000;
    await page.getByLabel("Documents", { exact: true }).setInputFiles(paper);
    await page.getByLabel("Question").fill("Who teaches whom?");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("13 calls").waitFor();
    expect(mock.world.lastSummary).toMatchObject({ ask: "Who teaches whom?" });
  });

  test("progress is shown with what is left, and it can be cancelled", async () => {
    const { page, mock } = await rig.open("/summarize");
    mock.world.deaf = true;
    mock.world.tokensPerSecond = 2000;
    await page.getByLabel("Documents", { exact: true }).setInputFiles(paper);
    await page.getByRole("button", { name: "Summarize", exact: true }).click();
    await page.getByText("3 of 12 parts read · 81 tokens/s · about 36 s left").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("25");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled by you.").waitFor();
  });

  test("a refusal is told", async () => {
    const { page } = await rig.open("/summarize");
    await page.route("**/api/v1/summarize", (route) =>
      route.fulfill({
        status: 422,
        json: {
          error: {
            message: "orcas.pdf: it is encrypted; save it without a password",
            type: "invalid_request_error",
            code: "unprocessable",
          },
        },
      }),
    );
    await page.getByLabel("Documents", { exact: true }).setInputFiles(paper);
    await page.getByRole("button", { name: "Summarize", exact: true }).click();
    await page.getByRole("alert").getByText("it is encrypted").waitFor();
  });
});
