import { describe } from "vitest";
import { hasChromium } from "./browser.ts";
import { lookAtPages } from "./pages.ts";

describe.skipIf(!hasChromium)("every page, at every width", () => lookAtPages({ isLong: false }));
