import { type Model, serviceSchema, type CreateService } from "@berth/api";
import { describe, expect, test } from "vitest";
import { here, Harbour } from "../testing/harbour.ts";
import { model } from "../testing/model.ts";
import { endedService, openHarbour } from "../testing/open-harbour.ts";

const { signal } = new AbortController();

describe("ordering a service", () => {
  test("fills in what was left open", async () => {
    const { control } = await openHarbour();
    const service = await control.services.create({ model: "berth/pilot" }, signal);
    expect(serviceSchema.parse(service)).toEqual(service);
    expect(service).toMatchObject({
      status: "SUBMITTED",
      image: "text-generation",
      engine: "llama-cpp",
      profile: "here",
      revision: "aaaa1111",
      port: 8080,
      estimatedMemoryMiB: 100,
    });
    expect(service.name).toMatch(/^[a-z]+-[a-z]+$/);
  });

  test("keeps an API key only as its hash", async () => {
    const { harbour, control } = await openHarbour();
    const { id, hasApiKey } = await control.services.create(
      { model: "berth/pilot", apiKey: "sk-of-this-service" },
      signal,
    );
    expect(hasApiKey).toBe(true);
    const row = await harbour.row(id);
    expect(row.apiKeyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify([row, harbour.changes])).not.toContain("sk-of-this-service");
  });

  test("of a command needs no model, and calls it by the service's name", async () => {
    const { control } = await openHarbour();
    const service = await control.services.create({ command: { argv: ["serve"] }, name: "mine" }, signal);
    expect(service).toMatchObject({ image: "command", engine: "command", model: "mine", revision: null });
  });

  test("takes a file that nobody registered by its path", async () => {
    const { control } = await openHarbour();
    const service = await control.services.create({ model: "/some/file.gguf" }, signal);
    expect(service).toMatchObject({ model: "by-path", modelPath: "/some/file.gguf" });
  });

  test("twice at once gives two names and two ports", async () => {
    const { control } = await openHarbour();
    const spec = { model: "berth/pilot" };
    const services = await Promise.all([1, 2, 3].map(() => control.services.create(spec, signal)));
    expect(new Set(services.map(({ name }) => name)).size).toBe(3);
    expect(services.map(({ port }) => port)).toEqual([8080, 8081, 8082]);
  });

  test("twice at once does not promise the same memory twice", async () => {
    const { control } = await openHarbour({ freeMemoryMiB: 150 });
    const spec = { model: "berth/pilot" };
    const [first, second] = await Promise.allSettled([1, 2].map(() => control.services.create(spec, signal)));
    expect(first?.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: "insufficient_memory" } });
  });

  test("is told to whoever listens, with its event", async () => {
    const { harbour, control } = await openHarbour();
    const { id } = await control.services.create({ model: "berth/pilot" }, signal);
    expect(harbour.changes.slice(0, 2)).toMatchObject([
      { type: "service", service: { id, status: "SUBMITTED" } },
      { type: "service-event", event: { serviceId: id, status: "SUBMITTED" } },
    ]);
  });
});

describe("a place that does not answer", () => {
  const far = { ...here, name: "far", default: false } as const;
  const pilot = { model: "berth/pilot" };
  /** Models of `far` are told when the test says so. */
  async function withSilence() {
    const answer = Promise.withResolvers<readonly Model[]>();
    const harbour = Object.assign(new Harbour(), { profiles: [here, far] });
    const control = await harbour.start({
      models: {
        list: ({ name }) => (name === "far" ? answer.promise : Promise.resolve(harbour.models)),
        inspect: () => Promise.reject(new Error("nobody inspects")),
      },
    });
    return { harbour, control, answer };
  }

  test("holds up no launch, restart or removal elsewhere", async () => {
    const { harbour, control, answer } = await withSilence();
    const ended = await endedService(harbour, control);
    const waiting = control.services.create({ ...pilot, profile: "far", name: "far-one" }, signal);
    const { id } = await control.services.create(pilot, signal);
    await control.services.restart(id, signal);
    await control.services.delete(ended, signal);
    answer.resolve(harbour.models);
    expect(await waiting).toMatchObject({ name: "far-one", profile: "far" });
  });

  test("is asked once for an order, and what is free is chosen when it has answered", async () => {
    const { harbour, control, answer } = await withSilence();
    const waiting = control.services.create({ ...pilot, profile: "far", name: "taken" }, signal);
    await control.services.create({ ...pilot, name: "taken" }, signal);
    answer.resolve(harbour.models);
    await expect(waiting).rejects.toMatchObject({ code: "already_exists", param: "name" });
  });
});

describe("an order that cannot be", () => {
  const pilot = { model: "berth/pilot" };
  const invalid = {
    ...here,
    name: "odd",
    default: false,
    status: "invalid",
    statusReason: "no such directory",
  } as const;

  // one row, one line
  // oxfmt-ignore
  test.each<[string, Partial<Harbour>, CreateService, string, string | undefined]>([
    ["an unknown model", {}, { model: "berth/pilto" }, "model_not_found", "model"],
    ["an unknown profile", {}, { ...pilot, profile: "there" }, "unprocessable", "profile"],
    ["a profile that cannot be used", { profiles: [here, invalid] }, { ...pilot, profile: "odd" }, "unprocessable", "profile"],
    ["no default profile", { profiles: [] }, pilot, "unprocessable", "profile"],
    ["a taken name", {}, { ...pilot, name: "taken" }, "already_exists", "name"],
    ["a service's port", {}, { ...pilot, port: 8080 }, "already_exists", "port"],
    ["another program's port", { busyPorts: [9000] }, { ...pilot, port: 9000 }, "already_exists", "port"],
    ["more than memory holds", { freeMemoryMiB: 199 }, pilot, "insufficient_memory", undefined],
    ["a corrupt model", { models: [model(), model({ repo: "a/b", status: "corrupt", statusReason: "cut short" })] }, { model: "a/b" }, "unprocessable", "model"],
  ])("%s is refused and leaves nothing behind", async (_fact, world, spec, code, param) => {
    const { harbour, control } = await openHarbour({ ...world, profiles: [here], freeMemoryMiB: 8_000 });
    await control.services.create({ ...pilot, name: "taken" }, signal);
    Object.assign(harbour, world);
    await expect(control.services.create(spec, signal)).rejects.toMatchObject({ code, param });
    expect(await control.services.list({ all: true })).toHaveLength(1);
  });

  test("for memory is let through by force", async () => {
    const { control } = await openHarbour({ freeMemoryMiB: 10 });
    await expect(control.services.create({ ...pilot, force: true }, signal)).resolves.toBeDefined();
  });
});

describe("a preview", () => {
  test("shows what would be, with the reasons, and does nothing", async () => {
    const { harbour, control } = await openHarbour({
      models: [model(), model({ revision: "bbbb2222", modifiedAt: 2_000 })],
    });
    const preview = await control.services.preview({ model: "berth/pilot", name: "pilot" }, signal);
    expect(preview.steps).toEqual([
      "2 models on profile here",
      "model berth/pilot, revision bbbb2222 (newest of 2 on profile here)",
      "engine llama-cpp, 2 threads, 4 at once, 2048 tokens each",
      "about 100 MiB, 8000 MiB free",
      "name pilot, port 8080",
    ]);
    expect(preview.files.map(({ path, mode }) => [path, mode])).toEqual([
      ["/home/launches/SERVICE-ID-1/spec.json", "0600"],
      ["/home/launches/SERVICE-ID-1/secret", "0600"],
    ]);
    expect(await control.services.list({ all: true })).toEqual([]);
    expect(harbour.changes).toEqual([]);
  });

  test("can be ordered as it stands", async () => {
    const { control } = await openHarbour();
    const preview = await control.services.preview({ model: "berth/pilot" }, signal);
    const service = await control.services.create(preview.service, signal);
    expect(service).toMatchObject({ name: preview.name, revision: preview.revision });
  });

  test("shows no secret", async () => {
    const { control } = await openHarbour();
    const preview = await control.services.preview(
      {
        apiKey: "sk-secret-1",
        command: { argv: ["serve", "--api-key", "sk-secret-2"], env: { HF_TOKEN: "sk-secret-3" } },
      },
      signal,
    );
    expect(JSON.stringify(preview)).not.toContain("sk-secret");
  });

  test("of what does not fit says so instead of refusing", async () => {
    const { control } = await openHarbour({ freeMemoryMiB: 60 });
    const { memory, warnings } = await control.services.preview({ model: "berth/pilot" }, signal);
    expect(memory).toEqual({ neededMiB: 100, freeMiB: 60, fits: false });
    expect(warnings).toEqual(["it needs about 100 MiB and 60 MiB are free"]);
  });
});
