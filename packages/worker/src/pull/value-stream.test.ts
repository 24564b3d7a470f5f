import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { ValueStream } from "./value-stream.ts";

test.each(Array.from({ length: 8 }, (_, later) => later))(
  "what comes %i steps after the last of it was heard is not lost",
  async (later) => {
    const sent: string[] = [];
    const heard = Promise.withResolvers<undefined>();
    const stream = new ValueStream(
      async (...given) => {
        sent.push(...(given.at(-1) as readonly string[]));
        await heard.promise;
        return { kind: "done", value: "held" };
      },
      () => undefined,
    );
    await stream.push("1");
    await turn();
    heard.resolve(undefined);
    for (let step = 0; step < later; step += 1) await Promise.resolve();
    await stream.push("2");
    await turn();
    const end = await stream.end();
    expect(end.kind === "streamed" ? `[${sent.join(",")}]` : end.text).toBe("[1,2]");
  },
);
