import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatReply, chatStream, type Script } from "@berth/testing/fake-model-server-script";
import { expect, test } from "vitest";
import { call, eventually, provider, startRig, upstream } from "./gateway-rig.ts";
import { observationOf } from "./observation-of.ts";

const chat = { model: "chat", messages: [{ role: "user", content: "Hi" }] };
const price = { inputPerMillion: 1, outputPerMillion: 2 };

test.each<[string, (url: string) => Parameters<typeof provider>[0] | undefined, Script, object]>([
  ["of a service", () => undefined, chatReply("Hi"), chat],
  ["of a provider with a price", (url) => ({ url, price }), chatReply("Hi"), chat],
  ["of a stream", (url) => ({ url }), chatStream(["a", "b"]), { ...chat, stream: true }],
  ["that broke off", (url) => ({ url }), [{ do: "reset" }], chat],
])("a request %s is observed as it is written down", async (_fact, providerAt, script, body) => {
  await using server = await startFakeModelServer({ script: () => script });
  await using rig = await startRig({ limits: { maxRetryPauseMs: 0 } });
  const given = providerAt(server.url);
  rig.routes.route("chat", [given === undefined ? upstream({ url: server.url }) : provider(given)]);
  await call(rig.port, { body });
  const usage = await eventually(() => rig.usage[0], "it is recorded");
  expect(observationOf(usage)).toEqual({ ...rig.observed[0], service: undefined });
});
