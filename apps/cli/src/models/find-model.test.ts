import { expect, test } from "vitest";
import { sampleModel } from "../test/samples.ts";
import { findModel, quantisationOf } from "./find-model.ts";

const old = sampleModel({ id: "m0", revision: "0000aaaa", refs: [], profile: "default" });
const main = sampleModel({ id: "m1", revision: "fe8a4ea1", refs: ["main"], profile: "default" });
const elsewhere = sampleModel({ id: "m2", repo: "berth/pilot", revision: "demo", refs: [], profile: "lab" });
const models = [old, main, elsewhere];
const repo = "TinyLlama/TinyLlama-1.1B-Chat-v1.0";

test.for([
  [{ model: repo, revision: "main" }, main],
  [{ model: repo, revision: "0000" }, old],
  [{ model: "m0" }, old],
  [{ model: "berth/pilot" }, elsewhere],
] as const)("%j is found", ([wish, model]) => {
  expect(findModel(models, wish)).toBe(model);
});

test.for([
  [
    { model: repo },
    "installed 2 times; say which with --revision or --profile: 0000aaaa on default, fe8a4ea1 on default",
  ],
  [{ model: "berth/pilto" }, 'no model "berth/pilto" is installed (did you mean berth/pilot?)'],
  [
    { model: "berth/pilot", profile: "default" },
    "berth/pilot is installed, but not so; there is demo on lab",
  ],
] as const)("%j is refused: %s", ([wish, message]) => {
  expect(() => findModel(models, wish)).toThrow(message);
});

test("files of several quantisations are mixed", () => {
  const file = (quantisation: string | null) => ({ path: "x", sizeBytes: 1, quantisation });
  expect(quantisationOf(sampleModel({ files: [file("Q4_0"), file("Q8_0")] }))).toBe("mixed");
  expect(quantisationOf(sampleModel({ files: [file(null)] }))).toBeNull();
});
