import { describe } from "vitest";
import { hasChromium } from "./browser.ts";
import { lookAtPages } from "./pages.ts";

describe.skipIf(!hasChromium)("every page, and a picture of each at every width, light and dark", () =>
  lookAtPages({ isLong: true }),
);
