import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, test } from "vitest";
import { ask, expectAccessible, expectNoOverflow, picturesDir, schemes, widths } from "./browser.ts";
import { beep } from "./beep.ts";
import { consoleRig } from "./console-rig.ts";

const heights: Record<(typeof widths)[number], number> = { 380: 780, 1280: 860, 2560: 1300 };

interface Sight {
  readonly name: string;
  readonly path: string;
  readonly seed?: "empty" | "huge" | "clusters";
  readonly open?: false;
  /** What must be there before it is looked at. */
  readonly sign: string | RegExp;
  readonly act?: (page: Page) => Promise<void>;
}

const sights: readonly Sight[] = [
  { name: "login", path: "/login", open: false, sign: "One-time code" },
  { name: "chat-start", path: "/chat", sign: "Ask pilot" },
  {
    name: "chat",
    path: "/chat",
    sign: "Ask pilot",
    act: async (page) => {
      await ask(page, "How do I count birds? With code, and a table");
      await page.getByRole("button", { name: "Answer again" }).waitFor();
      await page.locator("pre span[style*='--shiki-token-keyword']").first().waitFor();
    },
  },
  { name: "chat-nobody", path: "/chat", seed: "empty", sign: "Nothing runs that could answer" },
  { name: "compare-start", path: "/compare", sign: "One question goes to every column" },
  {
    name: "compare",
    path: "/compare?m=pilot,reader,plain-gull",
    sign: "One question goes to every column",
    act: async (page) => {
      await ask(page, "How do I count birds? With code, and a table");
      await page.getByRole("button", { name: "Best" }).nth(2).waitFor();
      await page.getByRole("button", { name: "Best" }).first().click();
      await page.locator("pre span[style*='--shiki-token-keyword']").nth(2).waitFor();
    },
  },
  { name: "compare-nobody", path: "/compare", seed: "empty", sign: "Nothing runs that could be compared" },
  { name: "services", path: "/services", sign: "warm-skua" },
  { name: "services-empty", path: "/services", seed: "empty", sign: "No service runs yet" },
  { name: "services-10k", path: "/services?sort=name", seed: "huge", sign: "auk-5" },
  { name: "service", path: "/services/pilot", sign: "load seconds" },
  { name: "service-logs", path: "/services/pilot?tab=logs", sign: "305 lines" },
  { name: "service-details", path: "/services/reader?tab=details", sign: "Health path" },
  { name: "service-failed", path: "/services/warm-skua", sign: "9 lines" },
  { name: "launch", path: "/services/new?model=Qwen/Qwen2.5-1.5B-Instruct-GGUF", sign: "engine.json" },
  {
    name: "launch-adapters",
    path: "/services/new?model=Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    sign: "engine.json",
    act: async (page) => {
      await page.getByRole("button", { name: "Add an adapter" }).click();
      const file = (row: string) => page.getByRole("group", { name: row }).getByLabel("File");
      await file("Adapter 1").fill("/data/adapters/sea-stories.gguf");
      await page.getByRole("button", { name: "Add an adapter" }).click();
      await file("Adapter 2").fill("adapter.gguf");
      await page.getByText("give the absolute path").waitFor();
    },
  },
  {
    name: "launch-too-big",
    path: "/services/new?model=bartowski/Mistral-Nemo-Instruct-2407-GGUF",
    sign: "does not fit",
  },
  { name: "launch-command", path: "/services/new?kind=command", sign: "Health path" },
  { name: "endpoints", path: "/endpoints", sign: "birds/segmenter" },
  { name: "endpoints-empty", path: "/endpoints", seed: "empty", sign: "No endpoint yet" },
  {
    name: "endpoint",
    path: "/endpoints/ep_5f20c1",
    sign: "Try it",
    act: (page) => page.locator("canvas").nth(1).waitFor(),
  },
  {
    name: "endpoint-tried",
    path: "/endpoints/ep_91dd04",
    sign: "Try it",
    act: async (page) => {
      await page.getByRole("tab", { name: "As a job" }).click();
      await page.getByRole("button", { name: "Call it" }).click();
      await page.getByRole("status", { name: "Answer" }).getByText("200").waitFor();
      await page.locator("canvas").nth(1).waitFor();
    },
  },
  { name: "endpoint-new", path: "/endpoints/ep_a4e918", sign: "Nothing runs yet" },
  { name: "endpoint-workers", path: "/endpoints/ep_b06c55", sign: "workers of your own take the jobs" },
  {
    name: "endpoint-replicas",
    path: "/endpoints/ep_5f20c1?tab=replicas",
    sign: "summaries-3-e",
    act: async (page) => {
      await page.locator("canvas").nth(1).waitFor();
      await page.locator(".u-over").first().hover();
    },
  },
  { name: "endpoint-failing", path: "/endpoints/ep_c81f3e?tab=replicas", sign: "3 starts failed" },
  {
    name: "endpoint-deployments",
    path: "/endpoints/ep_5f20c1?tab=deployments",
    sign: "rolled back by itself",
    act: async (page) => {
      await page
        .getByRole("button", { name: /differs? from #3/ })
        .first()
        .click();
      await page.getByRole("list", { name: "What #4 has that #3 has not" }).waitFor();
    },
  },
  {
    name: "endpoint-rollback",
    path: "/endpoints/ep_5f20c1?tab=deployments",
    sign: "rolled back by itself",
    act: (page) => page.getByRole("button", { name: "Roll back to deployment 1 …" }).click(),
  },
  {
    name: "endpoint-jobs",
    path: "/endpoints/ep_5f20c1?tab=jobs",
    sign: "Who works on them",
    act: async (page) => {
      await page.getByRole("button", { name: "Show the secret" }).click();
      await page.getByText("whsec_").waitFor();
    },
  },
  { name: "endpoint-logs", path: "/endpoints/ep_5f20c1?tab=logs", sign: "60 lines" },
  {
    name: "endpoint-settings",
    path: "/endpoints/ep_5f20c1?tab=settings",
    sign: "Name, pause, end",
    act: async (page) => {
      await page.getByLabel("At most").fill("5");
      await page.getByText("Not saved yet.").waitFor();
    },
  },
  {
    name: "endpoint-delete",
    path: "/endpoints/ep_5f20c1?tab=settings",
    sign: "Name, pause, end",
    act: (page) => page.getByRole("button", { name: "Delete …" }).click(),
  },
  { name: "endpoint-create", path: "/endpoints/new", sign: "Still needed: a model" },
  {
    name: "endpoint-create-command",
    path: "/endpoints/new?kind=command",
    sign: "Still needed: a command",
    act: async (page) => {
      await page.getByRole("textbox", { name: "Command" }).fill("my-server --port {port}");
      await page.getByRole("button", { name: "Use a secret" }).click();
      await page.getByLabel("At most").fill("0");
      await page.getByText("give a whole number of at least 1").waitFor();
    },
  },
  {
    name: "endpoint-create-handler",
    path: "/endpoints/new?kind=handler",
    sign: "Still needed: a handler's file",
    act: async (page) => {
      await page.getByRole("button", { name: "Begin with Python" }).click();
      await page.getByLabel("Packages of PyPI").fill("torch==2.9.0");
    },
  },
  { name: "jobs", path: "/jobs", sign: "dead letter" },
  { name: "jobs-dead", path: "/jobs?dead=yes", sign: "ValueError" },
  { name: "jobs-empty", path: "/jobs", seed: "empty", sign: "No job yet" },
  { name: "job", path: "/jobs/job_7f000f", sign: "Tell it again" },
  { name: "job-running", path: "/jobs/job_7f0011", sign: "12 values so far" },
  { name: "job-failed", path: "/jobs/job_7f000e", sign: "Traceback" },
  { name: "secrets", path: "/secrets", sign: "bird-archive-password" },
  { name: "secrets-empty", path: "/secrets", seed: "empty", sign: "No secret yet" },
  { name: "secret-add", path: "/secrets?open=secret", sign: "Add a secret" },
  { name: "preset-add", path: "/secrets?open=preset", sign: "Type of GPU" },
  { name: "models", path: "/models", sign: "801 MB are kept" },
  { name: "models-clusters", path: "/models", seed: "clusters", sign: "adroit cannot be looked at now" },
  { name: "images", path: "/models/images", seed: "clusters", sign: "text-generation-inference" },
  { name: "images-empty", path: "/models/images", sign: "No container image yet" },
  { name: "models-empty", path: "/models", seed: "empty", sign: "No model is installed yet" },
  { name: "hub", path: "/models/hub", sign: "an-organisation-with-a-long-name" },
  { name: "hub-repo", path: "/models/repo/Qwen/Qwen2.5-7B-Instruct-GGUF", sign: "recommended" },
  { name: "hub-gated", path: "/models/repo/meta-llama/Llama-3.2-3B-Instruct", sign: "HF_TOKEN" },
  { name: "providers", path: "/providers", sign: "h2ogpt" },
  {
    name: "service-adapters",
    path: "/providers",
    sign: "h2ogpt",
    act: async (page) => {
      await page.getByRole("button", { name: "LoRA … for plain-gull" }).click();
      await page.getByLabel("File").waitFor();
    },
  },
  { name: "providers-empty", path: "/providers", seed: "empty", sign: "No provider yet" },
  {
    name: "provider-add",
    path: "/providers?add=yes",
    sign: "Ask the server for its models",
    act: async (page) => {
      await page.getByRole("button", { name: "Name a model" }).click();
      await page.getByRole("button", { name: "Limits, log-in and other paths" }).click();
      await page.getByLabel("Requests at once").waitFor();
    },
  },
  {
    name: "providers-import",
    path: "/providers?add=h2ogpt",
    sign: "What would be added?",
    act: async (page) => {
      await page.getByRole("textbox", { name: "model_lock" }).fill("[{'base_model': 'llama'}]");
      await page.getByRole("button", { name: "What would be added?" }).click();
      await page.getByText("callers send their own").waitFor();
    },
  },
  { name: "provider", path: "/providers/openai", sign: "text-embedding-3-small" },
  { name: "provider-call", path: "/providers/openai?tab=call&model=gpt-4o", sign: "BERTH_KEY" },
  {
    name: "provider-test",
    path: "/providers/h2ogpt?tab=test",
    sign: "Test it now",
    act: async (page) => {
      await page.getByRole("button", { name: "Test it now" }).click();
      await page.getByText("is the server started").waitFor();
    },
  },
  { name: "routes", path: "/routes", sign: "gpt-4.*" },
  { name: "routes-empty", path: "/routes", seed: "empty", sign: "No route yet" },
  {
    name: "route-edit",
    path: "/routes?edit=chat",
    sign: "Then, when those before cannot answer",
    act: async (page) => {
      await page.getByRole("button", { name: "Retries, cache, log" }).click();
      await page.getByLabel("Retries").waitFor();
    },
  },
  { name: "route-call", path: "/routes?call=chat", sign: "BERTH_KEY" },
  { name: "keys", path: "/keys", sign: "notebook" },
  { name: "keys-empty", path: "/keys", seed: "empty", sign: "No keys yet" },
  { name: "key-edit", path: "/keys?edit=key_03", sign: "Tokens a minute" },
  {
    name: "usage",
    path: "/usage",
    sign: "Who used how much",
    act: (page) => page.locator("canvas").nth(6).waitFor(),
  },
  {
    name: "usage-month",
    path: "/usage?range=30d&by=key&model=gpt-4.*",
    sign: "Who used how much",
    act: (page) => page.locator("canvas").nth(4).waitFor(),
  },
  { name: "requests", path: "/requests", sign: "Older ones" },
  { name: "requests-failed", path: "/requests?outcome=error&key=admin", sign: "upstream_failed" },
  { name: "requests-empty", path: "/requests", seed: "empty", sign: "No request yet" },
  {
    name: "request",
    path: "/requests?route=gpt-4.*&outcome=ok",
    sign: "kept",
    act: async (page) => {
      await page.getByRole("row").nth(1).getByRole("link").click();
      await page.getByRole("button", { name: /^Model/ }).click();
      await page.getByRole("option", { name: /^pilot/ }).click();
      await page.getByRole("button", { name: "Ask it" }).click();
      await page.getByText("Orcas hunt in families and teach").waitFor();
      await page.getByRole("button", { name: "Ask again" }).waitFor();
    },
  },
  { name: "system", path: "/system", sign: "BERTH_USAGE_DAYS" },
  { name: "usage-empty", path: "/usage", seed: "empty", sign: "Nothing was asked" },
  { name: "profiles", path: "/profiles", seed: "clusters", sign: "gpu-short" },
  {
    name: "profiles-checked",
    path: "/profiles",
    seed: "clusters",
    sign: "gpu-short",
    act: async (page) => {
      await page.getByRole("button", { name: "Run checks" }).nth(2).click();
      await page.getByText("compute nodes do not reach huggingface.co").waitFor();
    },
  },
  {
    name: "profile-add",
    path: "/profiles",
    sign: "does not exist",
    act: async (page) => {
      await page.getByRole("button", { name: "Add a profile" }).click();
      await page.getByRole("combobox", { name: "Kind" }).click();
      await page.getByRole("option", { name: /Slurm cluster/ }).click();
      await page.getByRole("button", { name: /What each job there asks for/ }).click();
      await page.getByLabel("Partition").waitFor();
    },
  },
  {
    name: "profile-login",
    path: "/profiles",
    seed: "clusters",
    sign: "gpu-short",
    act: async (page) => {
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByText("The key's fingerprint").waitFor();
    },
  },
  {
    name: "launch-cluster",
    path: "/services/new?model=meta-llama/Llama-3.1-8B-Instruct",
    seed: "clusters",
    sign: "module",
    act: async (page) => {
      await page.getByRole("combobox", { name: "GPU type" }).click();
      await page.getByRole("option", { name: /a100/ }).click();
      await page.getByRole("textbox", { name: "Time" }).fill("4:00:00");
      await page.getByText("--gres gpu:a100:1").waitFor();
    },
  },
  {
    name: "launch-cluster-more",
    path: "/services/new?model=meta-llama/Llama-3.1-8B-Instruct",
    seed: "clusters",
    sign: "module",
    act: async (page) => {
      for (const name of ["More for the scheduler", /^Container, directories/, "More options"])
        await page.getByRole("button", { name }).click();
      await page.getByRole("button", { name: "gpu40", exact: true }).click();
      await page.getByText("--constraint gpu40").waitFor();
    },
  },
  { name: "services-clusters", path: "/services", seed: "clusters", sign: "successor queued" },
  { name: "service-renewing", path: "/services/quiet-heron", seed: "clusters", sign: "Its successor is job" },
  { name: "service-pending", path: "/services/lone-petrel", seed: "clusters", sign: "3 ahead" },
  {
    name: "service-diagnosis",
    path: "/services/wide-puffin",
    seed: "clusters",
    sign: "Spread the model over more GPUs",
  },
  {
    name: "summarize",
    path: "/summarize",
    sign: "or drop them here",
    act: async (page) => {
      await page
        .getByLabel("Documents")
        .setInputFiles({ name: "orcas.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-") });
      await page.getByRole("button", { name: "Summarize", exact: true }).click();
      await page.getByText("13 calls").waitFor();
    },
  },
  { name: "summarize-nobody", path: "/summarize", seed: "empty", sign: "Nothing runs that could read" },
  { name: "transcribe-nobody", path: "/transcribe", sign: "Nothing runs that could listen" },
  {
    name: "transcribe",
    path: "/transcribe",
    seed: "clusters",
    sign: "or drop one here",
    act: async (page) => {
      await page.getByLabel("Audio file").setInputFiles(beep("orcas.wav", 13));
      await page.getByRole("button", { name: "Write it down" }).click();
      await page.getByText("Thank you.").waitFor();
    },
  },
];

/**
 * One test for each page: it fits every width, and whoever does not see it can use it. The long form looks at the colours of
 * the dark one and the order of the narrow one, too, and keeps a picture of each.
 */
export function lookAtPages({ isLong }: { readonly isLong: boolean }): void {
  const rig = consoleRig();
  beforeAll(() => mkdir(picturesDir, { recursive: true }));

  test.each(sights)("$name", async ({ name, path, sign, act, seed, open }) => {
    const { page, mock } = await rig.open(path, {
      viewport: { width: 1280, height: heights[1280] },
      ...(seed === undefined ? {} : { seed }),
      ...(open === undefined ? {} : { open }),
    });
    mock.world.tokensPerSecond = 2000;
    await page.getByText(sign).filter({ visible: true }).first().waitFor();
    await act?.(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: heights[width] });
      // what follows the width by script (lists that draw only what is near) has drawn by the second frame
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      await expectNoOverflow(page);
      for (const colorScheme of schemes) {
        // colours do not depend on the width, nor does the wide page's order on the very wide one's
        const looked = looks[`${width} ${colorScheme}`];
        if (!isLong && looked !== "all") continue;
        await page.emulateMedia({ colorScheme });
        if (isLong) await page.screenshot({ path: join(picturesDir, `${name}-${colorScheme}-${width}.png`) });
        if (looked !== undefined) await expectAccessible(page, looked);
      }
    }
  });
}

const looks: Readonly<Record<string, "all" | "colours" | "order">> = {
  "1280 light": "all",
  "1280 dark": "colours",
  "380 light": "order",
};
