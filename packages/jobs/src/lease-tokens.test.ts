import { expect, test } from "vitest";
import { LeaseTokens } from "./lease-tokens.ts";

const tokens = new LeaseTokens("secret");
const token = tokens.tokenOf({ jobId: "job-1", attempt: 3 });

test("a lease is read back by whoever has the same secret", () => {
  expect(new LeaseTokens("secret").read(token)).toEqual({ jobId: "job-1", attempt: 3 });
});

test.each([
  ["another attempt", token.replace(".3.", ".4.")],
  ["another job", token.replace("job-1", "job-2")],
  ["another server's", new LeaseTokens("other").tokenOf({ jobId: "job-1", attempt: 3 })],
  ["a part", token.slice(0, -1)],
  ["more", `${token}A`],
  ["nothing", ""],
  ["an attempt with zeros before it", token.replace(".3.", ".03.")],
])("that of %s is refused", (_fact, forged) => {
  expect(() => tokens.read(forged)).toThrow(expect.objectContaining({ code: "forbidden" }));
});
