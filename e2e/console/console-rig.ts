import { startMock, type MockOptions, type MockServer } from "@berth/web/mock";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { distDir, openBrowser, visit, type Visit } from "./browser.ts";

export interface ConsoleRig {
  /** Starts a world of its own and opens the path in it, logged in. */
  open(path: string, options?: MockOptions & BrowserContextOptions): Promise<Opened>;
}

export interface Opened extends Visit {
  readonly mock: MockServer;
}

/** The built console before an API made of memory. After each test no page may have complained. */
export function consoleRig(): ConsoleRig {
  let browser: Browser;
  let opened: Opened[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints);
    for (const { page, mock } of opened) {
      await page.context().close();
      await mock.close();
    }
    opened = [];
    expect(complaints).toEqual([]);
  });
  return {
    open: async (path, { seed, moving = false, open = true, ...options } = {}) => {
      const mock = await startMock({ seed: seed ?? "typical", moving, open, distDir });
      const visited = await visit(browser, options);
      const one = { ...visited, mock };
      opened.push(one);
      await visited.page.goto(`${mock.url}${path}`);
      return one;
    },
  };
}
