import { expect, test } from "vitest";
import { routePattern } from "./route-pattern.ts";

test.each([
  ["gpt-.*", "gpt-4o", true],
  ["gpt-.*", "my-gpt-4o", false],
  ["gpt-4o|claude", "claude", true],
  ["gpt-4o|claude", "claude-3", false],
  ["(?:llama|qwen)-\\d+b(?:-chat)?", "qwen-7b-chat", true],
  ["[a-z/]+:[0-9]{4}", "a/b:2024", true],
  ["a\\(b\\)\\*", "a(b)*", true],
  [".*", "", true],
  [".*", "x".repeat(256), true],
  [".*", "x".repeat(257), false],
])("%s and the name %s", (source, name, matches) => {
  expect(routePattern(source).test(name)).toBe(matches);
});

test.each([
  ["(", "is no regular expression"],
  ["a)|(b", "is no regular expression"],
  ["[a", "is no regular expression"],
  ["(a+)+", "a group may not be repeated"],
  ["(?:a|a)*b", "a group may not be repeated"],
  ["(a?){30}", "a group may not be repeated"],
  ["(a)\\1", "refer back"],
  ["(?=a)b", "look ahead or back"],
  ["(?<!a)b", "look ahead or back"],
  [".*.*.*x", "2 parts of any length"],
  ["a{0,90}a{0,90}a{0,90}b", "2 parts of any length"],
])("%s is refused", (source, why) => {
  expect(() => routePattern(source)).toThrow(why);
});

test("no name keeps a pattern busy for long", () => {
  const pattern = routePattern(".*a.*b");
  const begun = performance.now();
  for (const name of ["a".repeat(256), "a".repeat(1_000_000)]) expect(pattern.test(name)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(250);
});
