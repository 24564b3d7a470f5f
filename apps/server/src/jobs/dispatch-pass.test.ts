import { unbounded, type Principal } from "@berth/gateway";
import { expect, test } from "vitest";
import { DispatchPass } from "./dispatch-pass.ts";
import { dispatchHeader, jobKeyHeader } from "./own-words.ts";

const ada: Principal = { keyId: "ada", scopes: ["inference"], models: null, ...unbounded };
const pass = new DispatchPass((keyId) => (keyId === "ada" ? ada : undefined));
const path = "/e/ada/echo/predict";
const own = pass.headersFor("ada", 5_000);

test("the dispatcher calls as the key that submitted the job, and everybody else as who they are", () => {
  expect(pass.admit({ headers: own }, path)).toEqual({ principal: ada, job: { mayTakeMs: 5_000 } });
  expect(pass.admit({ headers: { authorization: "Bearer sk" } }, path)).toBeUndefined();
  // by itself it says nothing
  expect(pass.admit({ headers: { [jobKeyHeader]: "ada" } }, path)).toBeUndefined();
});

test("a key that is limited to the endpoint's short name calls it, and no other", () => {
  const limited = new DispatchPass(() => ({ ...ada, models: ["echo"] }));
  const headers = limited.headersFor("ada", 1);
  expect(limited.admit({ headers }, path)?.principal.models).toEqual(["echo", "ada/echo"]);
  expect(limited.admit({ headers }, "/e/ada/other/predict")?.principal.models).toEqual(["echo"]);
});

test.each<[string, Record<string, string | string[]>, string, string]>([
  ["of another process", new DispatchPass(() => ada).headersFor("ada", 1), path, "forbidden"],
  ["that is empty", { ...own, [dispatchHeader]: "" }, path, "forbidden"],
  ["that is cut", { ...own, [dispatchHeader]: own[dispatchHeader]!.slice(1) }, path, "forbidden"],
  ["for models", { ...own }, "/v1/chat/completions", "forbidden"],
  ["for the management", { ...own }, "/api/v1/keys", "forbidden"],
  ["of a key that is gone", pass.headersFor("bob", 1), path, "invalid_api_key"],
  ["of nobody", { [dispatchHeader]: own[dispatchHeader]! }, path, "invalid_api_key"],
])("a pass %s is refused", (_fact, headers, where, code) => {
  expect(() => pass.admit({ headers }, where)).toThrow(expect.objectContaining({ code }));
});
