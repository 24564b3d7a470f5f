import { hasEnded, serviceStatusSchema } from "@berth/api";
import { expect, test } from "vitest";
import { isOver, serviceSigns } from "./service-state.tsx";

test.each(serviceStatusSchema.options)("%s is over here exactly when the contract says so", (status) => {
  expect(isOver(status)).toBe(hasEnded(status));
});

test("no two states look and read the same", () => {
  const faces = Object.values(serviceSigns).map(({ shape, word }) => `${shape} ${word}`);
  expect(new Set(faces).size).toBe(faces.length);
});
