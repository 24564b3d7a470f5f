import { expect, test } from "vitest";
import { startRig } from "../test/rig.ts";
import { sampleKey, sampleNowMs, sampleRequest, sampleUsage } from "../test/samples.ts";
import type { StubHandlers } from "../test/stub-server.ts";

const left = sampleRequest({ id: "req-3", outcome: "client_closed", status: 499, tokensFrom: "estimate" });
const failed = sampleRequest({
  id: "req-2",
  status: 502,
  outcome: "error",
  errorCode: "upstream_failed",
  tokensFrom: "none",
  costUsd: null,
});

const ledger: StubHandlers = {
  listKeys: () => ({ data: [sampleKey()] }),
  getUsage: ({ query }) => ({
    data:
      query.by === "day"
        ? [
            sampleUsage({ group: Date.UTC(2026, 10, 20) }),
            sampleUsage({ group: Date.UTC(2026, 10, 21), requests: 1 }),
          ]
        : [
            sampleUsage({ group: "small", inputTokens: 250_000, outputTokens: 0, errors: 0, costUsd: 0 }),
            sampleUsage(),
            sampleUsage({ group: "", requests: 2, inputTokens: 0, outputTokens: 0, firstTokenP50Ms: null }),
          ],
  }),
  listRequests: () => ({ data: [left, failed, sampleRequest()], next: null }),
  getRequest: ({ params }) => ({
    ...sampleRequest({ id: params.id, hasBodies: params.id === "kept" }),
    request: params.id === "kept" ? '{"model":"berth/pilot"}' : null,
    response: params.id === "kept" ? "\u001b[31mhello" : null,
  }),
};

test("usage puts first what used most, with its share", async () => {
  await using rig = await startRig(ledger);
  const { stdout, code } = await rig.run(["usage", "--since", "7d", "--key", "ci"]);
  expect(code).toBe(0);
  const [heading, ...rows] = stdout.trimEnd().split("\n");
  expect(heading).toMatch(/^MODEL +REQUESTS +ERRORS +INPUT +CACHED +OUTPUT +COST .* SHARE$/);
  expect(rows[0]).toMatch(
    /^berth\/pilot +1\.5k +3 +2\.0M +1\.0M +500k +\$12\.50 +0 +210 ms \(p99 1\.9 s\) +2\.4 s \(p99 9\.8 s\) +█{16}$/,
  );
  expect(rows[1]).toMatch(/^small .* - .* █▋$/);
  expect(rows[2]).toMatch(/^- +2 .* ▏$/);
  const { query } = rig.stub.asked[0] as { query: { from: number; to: number; key: string } };
  expect(query.key).toBe("ci");
  expect(query.to - query.from).toBe(7 * 86_400_000);
});

test("days come in their order", async () => {
  await using rig = await startRig(ledger);
  const { stdout } = await rig.run(["usage", "--by", "day"]);
  expect([...stdout.matchAll(/^2026-11-\d+/gm)].map(String)).toEqual(["2026-11-20", "2026-11-21"]);
});

test("usage is narrowed to one provider and one route", async () => {
  await using rig = await startRig(ledger);
  await rig.run(["usage", "--by", "hour", "--provider", "acme", "--route", "chat"]);
  expect(rig.stub.asked[0]?.query).toMatchObject({ by: "hour", provider: "acme", route: "chat" });
});

test("usage --json is a list", async () => {
  await using rig = await startRig(ledger);
  expect(JSON.parse((await rig.run(["usage", "--json"])).stdout)).toMatchObject({
    data: [{ group: "small" }, {}, {}],
  });
});

test("requests are listed with what became of them", async () => {
  await using rig = await startRig(ledger);
  const { stdout } = await rig.run(["requests", "--errors", "--model", "m", "--since", "1h"]);
  expect(stdout).toMatch(/ left +ci +berth\/pilot +acme +~1\.2k > 80 .* req-3$/m);
  expect(stdout).toMatch(/ 502 upstream_failed +ci +berth\/pilot +acme +- +- .* req-2$/m);
  expect(stdout).toMatch(/ 200 +ci +berth\/pilot +acme +1\.2k > 80 +\$0\.012 +210 ms +1\.4 s +req-1$/m);
  expect(rig.stub.asked.find(({ route }) => route === "listRequests")?.query).toMatchObject({
    outcome: "error",
    model: "m",
    limit: 20,
  });
});

test("requests --follow tells of each request once, as it ends", async () => {
  let asked = 0;
  await using rig = await startRig({
    ...ledger,
    listRequests: () => {
      asked += 1;
      const past = sampleRequest({ startedAt: sampleNowMs });
      const next = sampleRequest({ id: "req-next", startedAt: sampleNowMs + 5 });
      return { data: asked === 1 ? [past] : [next, past], next: null };
    },
  });
  const { stdout, code } = await rig.run(["requests", "--follow", "--json"], { interruptAt: "req-next" });
  expect(code).toBe(130);
  expect(stdout.match(/"id":"req-[\w]+"/g)).toEqual(['"id":"req-1"', '"id":"req-next"']);
});

test("a request is shown with its texts where they are kept, and no text reaches the terminal as a command", async () => {
  await using rig = await startRig(ledger);
  const kept = await rig.run(["request", "show", "kept"]);
  expect(kept.stdout).toMatch(/^of them cached +1000$/m);
  expect(kept.stdout).toMatch(/^cost +\$0\.012$/m);
  expect(kept.stdout).toContain('\nRequest\n{"model":"berth/pilot"}\n');
  expect(kept.stdout).toContain("hello");
  expect(kept.stdout).not.toContain("\u001b[31m");
  const bare = await rig.run(["request", "show", "req-1"]);
  expect(bare.stdout).not.toContain("Request\n");
  expect(bare.stderr).toContain("--log-bodies");
});
