import { expect, test } from "vitest";
import { createLogger, loggerFor, shorten } from "./logger.ts";

function recorded() {
  const lines: string[] = [];
  return {
    logger: createLogger((line) => lines.push(line)),
    read: () => lines.map((line) => JSON.parse(line) as unknown),
  };
}

test("a line is JSON with message, id and level", () => {
  const { logger, read } = recorded();
  loggerFor(logger, "r-1").info("begun");
  logger.warn("slow");
  expect(read()).toEqual([
    { message: "begun", requestId: "r-1", level: "info" },
    { message: "slow", level: "warn" },
  ]);
});

test("lines below the level are left out, of derived loggers too", () => {
  const { logger, read } = recorded();
  const derived = loggerFor(logger, "r-1");
  derived.debug("unheard");
  derived.setLevel("debug");
  logger.debug("heard");
  logger.setLevel("error");
  derived.warn("unheard");
  expect(read()).toEqual([{ message: "heard", level: "debug" }]);
  expect(() => logger.setLevel("loud" as "info")).toThrow("debug, info, warn, error");
});

test("the caller is told by file and line when asked for", () => {
  const { logger, read } = recorded();
  loggerFor(logger, "r-1").info("here", { caller: true });
  expect(read()).toEqual([
    {
      message: "here",
      requestId: "r-1",
      level: "info",
      caller: expect.stringMatching(/^logger\.test\.ts:\d+$/) as string,
    },
  ]);
});

test("long messages are cut in the middle at 4096 characters", () => {
  expect(shorten("a".repeat(4096))).toHaveLength(4096);
  const cut = shorten(`begin${"x".repeat(10_000)}end`);
  expect(cut).toHaveLength(4096);
  expect(cut).toMatch(/^beginx+ \.\.\. \[10008 characters\] \.\.\. x+end$/);
});
