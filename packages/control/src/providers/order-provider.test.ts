import { createProviderSchema, type z } from "@berth/api";
import { expect, test } from "vitest";
import { providerRow } from "../testing/provider-parts.ts";
import { orderProvider, reorderProvider } from "./order-provider.ts";

type Given = Partial<z.input<typeof createProviderSchema>>;
const order = (given: Given) =>
  orderProvider(createProviderSchema.parse({ name: "p", kind: "openai", ...given }));

test.each<[Given, string]>([
  [{ kind: "openai" }, "https://api.openai.com/v1"],
  [{ kind: "anthropic" }, "https://api.anthropic.com"],
  [{ kind: "gemini" }, "https://generativelanguage.googleapis.com"],
  [{ kind: "replicate", models: [{ name: "a/b" }] }, "https://api.replicate.com/v1"],
  [
    { kind: "sagemaker", options: { region: "us-east-2" }, models: [{ name: "ep" }] },
    "https://runtime.sagemaker.us-east-2.amazonaws.com",
  ],
  [
    { kind: "sagemaker", options: { region: "cn-north-1" }, models: [{ name: "ep" }] },
    "https://runtime.sagemaker.cn-north-1.amazonaws.com.cn",
  ],
  [{ kind: "openai-compatible", url: "http://localhost:1234/v1///" }, "http://localhost:1234/v1"],
  [{ kind: "tgi", url: "http://10.0.0.5:8080/" }, "http://10.0.0.5:8080"],
])("%j is at %s", (given, url) => {
  expect(order(given).url).toBe(url);
});

const compatible = { kind: "openai-compatible", url: "http://gpu1/v1" } as const;

test.each<[string, Given, string, string]>([
  [
    "azure without its address",
    { kind: "azure-openai", models: [{ name: "d" }] },
    "url",
    "needs the address",
  ],
  ["a server without its address", { kind: "ollama" }, "url", "needs the address"],
  [
    "sagemaker without a region",
    { kind: "sagemaker", models: [{ name: "e" }] },
    "options.region",
    "us-east-2",
  ],
  ["a kind without a list and without models", { kind: "replicate" }, "models", "name at least one"],
  [
    "discovery where there is no list",
    { kind: "replicate", models: [{ name: "a/b" }], discover: true },
    "discover",
    "cannot be asked",
  ],
  ["neither models nor discovery", { ...compatible, discover: false }, "models", "name at least one"],
  ["a model twice", { ...compatible, models: [{ name: "a" }, { name: "a" }] }, "models", "a is there twice"],
  [
    "an option of another kind",
    { ...compatible, options: { region: "eu-west-1" } },
    "options.region",
    "no region",
  ],
  [
    "a secret among the headers",
    { ...compatible, options: { headers: { Authorization: "Bearer x" } } },
    "options.headers.Authorization",
    "give that as the credential",
  ],
  [
    "a header that Berth writes",
    { ...compatible, options: { headers: { Host: "x" } } },
    "options.headers.Host",
    "written by Berth",
  ],
  [
    "a key in a header that Berth writes",
    { ...compatible, auth: { kind: "header", name: "Host" } },
    "auth.name",
    "written by Berth",
  ],
  ["a cloud's metadata", { ...compatible, url: "http://169.254.169.254/v1" }, "url", "is never called"],
  [
    "a cloud's metadata in disguise",
    { ...compatible, url: "http://0xa9fea9fe/v1" },
    "url",
    "is never called",
  ],
  [
    "an address with a query",
    { ...compatible, url: "http://gpu1/v1?x=1" },
    "url",
    'leave out what follows "?"',
  ],
  [
    "one function of the API",
    { ...compatible, url: "http://gpu1/v1/chat/completions" },
    "url",
    "http://gpu1/v1",
  ],
  ["/v1 twice", { ...compatible, url: "http://gpu1/v1/v1" }, "url", "give http://gpu1/v1"],
  ["tgi under /v1", { kind: "tgi", url: "http://gpu1/v1" }, "url", "is of the kind openai-compatible"],
  ["anthropic under /v1", { kind: "anthropic", url: "http://gpu1/v1" }, "url", "http://gpu1"],
])("%s is refused", (_what, given, param, said) => {
  const attempt = () => order(given);
  expect(attempt).toThrow(said);
  expect(attempt).toThrow(expect.objectContaining({ code: "invalid_request", param }));
});

test.each([
  ["http://10.1.2.3:8000/v1"],
  ["http://127.0.0.1:8000/v1"],
  ["http://[::1]:8000/v1"],
  ["http://gpu1.lab.example/v1"],
])("an address of one's own network may be given: %s", (url) => {
  expect(order({ ...compatible, url }).url).toBe(url);
});

test("whoever names models does not ask for more, unless it is said", () => {
  expect(order(compatible).discover).toBe(true);
  expect(order({ ...compatible, models: [{ name: "a" }] }).discover).toBe(false);
  expect(order({ ...compatible, models: [{ name: "a" }], discover: true }).discover).toBe(true);
});

test("an update leaves what it does not say, and null takes away", () => {
  const row = providerRow({ auth: { kind: "bearer" }, maxParallel: 4 });
  const after = reorderProvider(row, { auth: null, maxParallel: null, models: [{ name: "b" }] });
  expect(after).toMatchObject({ url: row.url, auth: null, maxParallel: null, models: [{ name: "b" }] });
  expect(after).not.toHaveProperty("id");
  expect(after).not.toHaveProperty("credential");
});

test("a kind's own address moves with the region; one that was given stays", () => {
  const options = { region: "us-east-2" };
  const own = providerRow({
    kind: "sagemaker",
    url: "https://runtime.sagemaker.us-east-2.amazonaws.com",
    options,
    discover: false,
  });
  expect(reorderProvider(own, { options: { region: "eu-west-1" } }).url).toContain("eu-west-1");
  const given = { ...own, url: "https://vpce-1.example" };
  expect(reorderProvider(given, { options: { region: "eu-west-1" } }).url).toBe("https://vpce-1.example");
  expect(reorderProvider(given, { url: null }).url).toContain("us-east-2");
});
