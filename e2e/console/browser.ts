import { existsSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import { top, type Berth } from "../berth-process.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Whether the tests of the console can run on this machine. */
export const hasChromium = existsSync(executablePath);

export const distDir = join(top, "apps/web/dist");

/** Pictures for people to look at, kept out of the repository; the README's, in docs/images, are copies of some. */
export const picturesDir = join(top, "e2e/out/console");

export const widths = [380, 1280, 2560] as const;
export const schemes = ["light", "dark"] as const;

/** Debian's Chromium without a screen, and without the connections it would make on its own. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(join(distDir, "index.html"))) throw new Error("the console is not built: npm run build");
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // a microphone that beeps, for those who may hear it
      "--use-fake-device-for-media-stream",
    ],
  });
}

/** A page, and whatever its console complained of. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings, but for refusals that a test provoked: those are told by the page itself. */
  readonly complaints: readonly string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    if (/Failed to load resource/.test(message.text())) return;
    complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  return { page, complaints };
}

/** Enters the console of a real server by a code, at the path. */
export async function enter(
  browser: Browser,
  berth: Pick<Berth, "url" | "fetch">,
  path = "/",
): Promise<Visit> {
  const response = await berth.fetch("/api/v1/session/codes", { method: "POST" });
  const { code } = (await response.json()) as { code: string };
  const one = await visit(browser);
  await one.page.goto(`${berth.url}/login?next=${encodeURIComponent(path)}#${code}`);
  return one;
}

/** Where a chat's next message is written. */
export function composer(page: Page): Locator {
  return page.getByRole("textbox", { name: "Your message", exact: true });
}

/** Writes it and presses Enter, once that sends: before a model is chosen it does not. */
export async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await page.getByRole("button", { name: "Send", exact: true }).click({ trial: true });
  await page.keyboard.press("Enter");
}

/** Nothing sticks out sideways: neither the page, nor a text out of its box. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    const found = root.scrollWidth > innerWidth ? ["the page: " + root.scrollWidth + " > " + innerWidth] : [];
    for (const element of document.querySelectorAll("body *")) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      // one pixel wide is what only screen readers see
      if (box.width <= 1 || box.height <= 1 || style.visibility === "hidden") continue;
      if (element.closest("[aria-hidden=true], .sr-only, pre, [role=log], .table-scroll, svg")) continue;
      // what is meant to scroll may be wider inside
      if (element.closest("[role=tablist]")) continue;
      if (element.scrollWidth > element.clientWidth + 1 && style.overflowX !== "visible" && element.clientWidth > 0)
        found.push(element.tagName + "." + element.className + ": " + (element.textContent ?? "").slice(0, 60));
      if (box.right > innerWidth + 1)
        found.push("off the page: " + element.tagName + " " + (element.textContent ?? "").slice(0, 60));
    }
    return found;
  })()`);
  expect(wide).toEqual([]);
}

const contrast = "color-contrast";

/** axe-core finds nothing serious; in the colours alone, or in all but those, when that is asked. */
export async function expectAccessible(page: Page, look: "all" | "colours" | "order" = "all"): Promise<void> {
  // in the page itself; otherwise each look opens another page to sum up what frames have said
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (look === "colours") axe.withRules(contrast);
  if (look === "order") axe.disableRules(contrast);
  const { violations } = await axe.analyze();
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`,
    );
  expect(serious).toEqual([]);
}
