import { expect, test } from "vitest";
import { tellThirdParty, thirdPartyPage, type ThirdParty } from "./third-party.ts";

/** What is told of a bundle of these modules. */
function told(...moduleIds: string[]): readonly ThirdParty[] {
  let source = "";
  tellThirdParty.generateBundle.call({ emitFile: (file) => (source = file.source) }, undefined, {
    "one.mjs": { moduleIds },
    "style.css": {},
  });
  return JSON.parse(source) as ThirdParty[];
}

const inVitest = new URL("../node_modules/vitest/dist/index.js", import.meta.url).pathname;

test("of what a bundle holds, packages are told once, with version and licence; our own modules are not", () => {
  const [only, ...more] = told(
    inVitest,
    inVitest.replace("index", "config"),
    import.meta.filename,
    "\0virtual",
  );
  expect(only).toMatchObject({ name: "vitest", identifier: "MIT" });
  expect(only?.text).toContain("Permission is hereby granted");
  expect(more).toEqual([]);
});

test("the page has every package once, by name", () => {
  const page = thirdPartyPage([
    { name: "zod", version: "4.6.7", identifier: "MIT", text: "MIT, by its author" },
    { name: "bintrees", version: "1.0.2" },
    { name: "zod", version: "4.6.7", identifier: "MIT", text: "MIT, by its author" },
  ]);
  expect(page.match(/^## .*$/gm)).toEqual(["## bintrees 1.0.2 (no licence named)", "## zod 4.6.7 (MIT)"]);
  expect(page).toContain("MIT, by its author");
});
