import { expect, test } from "vitest";
import { provider } from "../../gateway-rig.ts";
import { anthropic } from "./adapter.ts";

const auth = { kind: "header", name: "x-api-key", value: "k" } as const;

test.each(["https://api.anthropic.com", "https://proxy.example/anthropic/v1"])(
  "under %s, who speaks the API has its bytes passed through",
  (url) => {
    const upstream = provider({ target: { kind: "anthropic", url, auth } });
    const paths = (["anthropic.messages", "anthropic.count_tokens"] as const).map((operation) => {
      const plan = anthropic.plan(operation, upstream, "/v1/messages");
      expect(plan).toMatchObject({
        kind: "passthrough",
        namesModel: true,
        countsStreams: false,
        headers: ["x-api-key", "k", "anthropic-version", "2023-06-01"],
      });
      return plan?.kind === "passthrough" ? new URL(url + plan.path).pathname : "";
    });
    expect(paths.map((path) => path.replace("/anthropic", ""))).toEqual([
      "/v1/messages",
      "/v1/messages/count_tokens",
    ]);
  },
);

test("there is nothing like an embedding", () => {
  expect(anthropic.plan("embeddings", provider(), "/v1/embeddings")).toBeUndefined();
});
