import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { beep } from "./beep.ts";
import { expectAccessible, hasChromium } from "./browser.ts";
import { consoleRig } from "./console-rig.ts";

describe.skipIf(!hasChromium)("transcribing", () => {
  const rig = consoleRig();

  test("a file is written down with its times, which play it, and saved as subtitles", async () => {
    const { page, mock } = await rig.open("/transcribe", { seed: "clusters" });
    await page.getByLabel("Audio file").setInputFiles(beep("orcas.wav", 13));
    await page.getByRole("button", { name: /^Language/ }).click();
    await page.keyboard.type("english");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Write it down" }).click();
    const transcript = page.getByRole("list", { name: "Transcript" });
    await transcript.getByRole("button", { name: /0:07 They pass both on/ }).click();
    await page.waitForFunction("document.querySelector('audio').currentTime >= 7.9");
    await expectAccessible(page);
    expect(mock.world.lastForm).toMatch(/name="model"\r\n\r\nkeen-warbler\r\n/);
    expect(mock.world.lastForm).toMatch(/name="language"\r\n\r\nen\r\n/);
    expect(mock.world.lastForm).toMatch(/filename="orcas.wav"/);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "srt" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe("orcas.srt");
    expect(await readFile(await saved.path(), "utf8")).toMatch(
      /^1\n00:00:00,000 --> 00:00:03,200\nOrcas hunt in families/,
    );
    await page.getByRole("button", { name: "Copy the transcript" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/young\.\nEach pod/);
  });

  test("progress is shown while it listens, and it can be stopped", async () => {
    const { page, mock } = await rig.open("/transcribe", { seed: "clusters" });
    mock.world.deaf = true;
    await page.getByLabel("Audio file").setInputFiles(beep("orcas.wav", 13));
    await page.getByRole("button", { name: "Write it down" }).click();
    await page.getByText(/0:03 of 0:12 heard/).waitFor();
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("25");
    await page.getByText("Orcas hunt in families and teach their young.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped by you.").waitFor();
    await page.getByText("Orcas hunt in families and teach their young.").waitFor();
  });

  test("the microphone is recorded", async () => {
    const { page, mock } = await rig.open("/transcribe", { seed: "clusters", permissions: ["microphone"] });
    await page.context().grantPermissions(["microphone", "clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Record" }).click();
    await page.getByText(/Recording 0:0[1-9]/).waitFor();
    await page.getByRole("button", { name: "Stop recording" }).click();
    await page.getByText("recording.webm").waitFor();
    await page.getByRole("button", { name: "Write it down" }).click();
    await page.getByText("Thank you.").waitFor();
    expect(mock.world.lastForm).toMatch(/filename="recording.webm"/);
  });

  test("a microphone that may not be used leaves the file", async () => {
    const { page } = await rig.open("/transcribe", { seed: "clusters" });
    await page.getByRole("button", { name: "Record" }).click();
    await page.getByText("The browser may not use the microphone.").waitFor();
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
  });

  test("a refusal is told", async () => {
    const { page } = await rig.open("/transcribe", { seed: "clusters" });
    await page.route("**/v1/audio/transcriptions", (route) =>
      route.fulfill({
        status: 415,
        json: {
          error: {
            message: "this is no audio",
            type: "invalid_request_error",
            code: "unsupported_media_type",
          },
        },
      }),
    );
    await page.getByLabel("Audio file").setInputFiles(beep("orcas.wav", 1));
    await page.getByRole("button", { name: "Write it down" }).click();
    await page.getByRole("alert").getByText("this is no audio").waitFor();
  });

  test("without a service that listens, the page says how to start one", async () => {
    const { page } = await rig.open("/transcribe");
    await page.getByText("berth run speech-recognition openai/whisper-small").waitFor();
    await page.getByRole("link", { name: "Start a service" }).last().click();
    await page.getByRole("heading", { name: "Start a service" }).waitFor();
  });
});
