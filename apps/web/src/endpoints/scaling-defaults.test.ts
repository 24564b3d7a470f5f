import { defaultScaling } from "@berth/api";
import { expect, test } from "vitest";
import { usualScaling } from "./scaling-defaults.ts";

test("the form begins with what the server does when nothing is said", () => {
  expect(usualScaling).toEqual(defaultScaling);
});
