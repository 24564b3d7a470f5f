import { isBerthError, type CommandSpec, type EngineOptions, type Runtime } from "@berth/api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Surroundings } from "../engine.ts";
import { engineRequest } from "../test/requests.ts";
import { vllmEngine } from "../vllm/index.ts";
import { allMounts } from "./contained-program.ts";
import { bindMount } from "./mount-words.ts";

type Command = CommandSpec & { container?: { cleanup: string[][]; forward: Record<string, string> } };

function plan(surroundings: Partial<Surroundings>, options: EngineOptions = {}): Command {
  const { program } = vllmEngine.plan(engineRequest({ options }, surroundings));
  if (program.kind !== "command") throw new Error("no command");
  return program as Command;
}

const containers: readonly Runtime[] = ["docker", "podman", "apptainer", "pyxis"];
/** Pyxis lives in jobs, where podman's store is empty. */
const inPlace = (runtime: Runtime): Partial<Surroundings> => ({ runtime, isShared: runtime === "pyxis" });

function refusal(
  surroundings: Partial<Surroundings>,
  options: EngineOptions = {},
): [string, string | undefined] {
  try {
    plan(surroundings, options);
  } catch (error) {
    if (isBerthError(error)) return [error.param ?? "", error.message];
    throw error;
  }
  throw new Error("the plan was accepted");
}

test.each(containers)("%s: no value of the environment is a word, and each reaches the engine", (runtime) => {
  const anyName = fc.stringMatching(/^MY_[A-Z0-9_]{1,12}$/);
  fc.assert(
    fc.property(fc.dictionary(anyName, fc.string({ unit: "grapheme" })), (env) => {
      fc.pre(Object.values(env).every((value) => !/\{[A-Za-z]+\}|\0/.test(value)));
      const marked = Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, `<secret>${value}`]),
      );
      const { argv, env: given = {} } = plan({ ...inPlace(runtime), env: marked });
      expect(argv.join("\n")).not.toContain("<secret>");
      for (const [name, value] of Object.entries(marked))
        expect(given[runtime === "apptainer" ? `APPTAINERENV_${name}` : name]).toBe(value);
    }),
  );
});

test.each([...containers, "process"] as const)(
  "%s: what stands after -- comes last, word by word",
  (runtime) => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }), (extra) => {
        fc.pre(extra.every((word) => !/^-|\{[A-Za-z]+\}|\0/.test(word)));
        const words = ["--x", ...extra];
        expect(plan(inPlace(runtime), { extra: words }).argv.slice(-words.length)).toEqual(words);
      }),
    );
  },
);

test("a mount's path is whole again for a reader of comma-separated values", () => {
  const path = fc.string({ unit: "grapheme" }).map((text) => `/${text.replaceAll("\0", "")}`);
  fc.assert(
    fc.property(path, path, (source, target) => {
      fc.pre(!/[\r\n]/.test(source + target));
      const fields = readFields(bindMount({ source, target, readOnly: true }, "ro"));
      expect(fields).toEqual(["type=bind", `source=${source}`, `target=${target}`, "ro"]);
    }),
  );
});

/** As the runtimes read it: a field in quotes may hold commas, and quotes doubled. */
function readFields(text: string): string[] {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

describe("what a runtime cannot run is refused by name", () => {
  test.each<[string, Partial<Surroundings>, string, string]>([
    ["docker and a .sif", { runtime: "docker", container: "/x/y.sif" }, "container", "docker does not run"],
    ["podman and a .sif", { runtime: "podman", container: "/x/y.sif" }, "container", "podman does not run"],
    ["apptainer and a .tar", { runtime: "apptainer", container: "/x/y.tar" }, "container", ".sif file"],
    ["pyxis and a .sif", { runtime: "pyxis", isShared: true, container: "/x/y.sif" }, "container", ".sqsh"],
    ["pyxis outside Slurm", { runtime: "pyxis" }, "runtime", "Slurm"],
    ["podman in a job, by name", { runtime: "podman", isShared: true }, "container", "its store is empty"],
    [
      "a container without a runtime",
      { runtime: "process", container: "x:1" },
      "container",
      "choose a runtime",
    ],
    [
      "a mount elsewhere, without a container",
      { runtime: "process", mounts: [{ source: "/a", target: "/b" }] },
      "mounts",
      "where it is",
    ],
    [
      "pyxis and a comma",
      { runtime: "pyxis", isShared: true, mounts: [{ source: "/a,b" }] },
      "mounts",
      "cannot mount",
    ],
    ["a word of Berth's", { runtime: "podman", mounts: [{ source: "/a{key}" }] }, "mounts", "would fill in"],
    ["a variable with a word of Berth's", { runtime: "podman", env: { A: "{socket}" } }, "env.A", "{socket}"],
    [
      "srun's own variables",
      { runtime: "pyxis", isShared: true, env: { SLURM_X: "1" } },
      "env.SLURM_X",
      "Pyxis",
    ],
    ["a home without a target", { runtime: "podman", mounts: [{ source: "~/a" }] }, "mounts", "~/a:/data"],
  ])("%s", (_, surroundings, param, part) => {
    const [field, message] = refusal(surroundings);
    expect(field).toBe(param);
    expect(message).toContain(part);
  });
});

describe("images", () => {
  test.each<[Runtime, string, string, string | undefined]>([
    ["docker", "localhost/x:1", "localhost/x:1", "never"],
    ["docker", "docker://ghcr.io/a/b:1", "ghcr.io/a/b:1", "missing"],
    ["podman", "x", "x", "never"],
    ["podman", "docker://x:1", "x:1", "missing"],
    ["podman", "/images/x.tar", "docker-archive:/images/x.tar", "missing"],
    ["podman", "oci-archive:/images/x.tar", "oci-archive:/images/x.tar", "missing"],
    ["apptainer", "vllm/vllm-openai:v0.20.0", "docker://vllm/vllm-openai:v0.20.0", undefined],
    ["apptainer", "~/x.sif", "{home}/x.sif", undefined],
    ["apptainer", "/a folder", "/a folder", undefined],
  ])("%s runs %s as %s", (runtime, container, image, pull) => {
    const { argv } = plan({ runtime, container });
    expect(argv).toContain(image);
    expect(argv[argv.indexOf("--pull") + 1]).toBe(pull ?? argv[0]);
  });

  test.each([
    ["ghcr.io/a/b:1", "ghcr.io#a/b:1"],
    ["vllm/vllm-openai:v0.20.0", "vllm/vllm-openai:v0.20.0"],
    ["localhost/x:1", "localhost#x:1"],
    ["/x/y.sqsh", "/x/y.sqsh"],
  ])("pyxis runs %s as %s", (container, image) => {
    expect(plan({ runtime: "pyxis", isShared: true, container }).argv).toContain(
      `--container-image=${image}`,
    );
  });
});

test("an engine on a socket has no network in docker and podman, and one on a port only loopback's", () => {
  for (const runtime of ["docker", "podman"] as const) {
    const { argv } = plan({ runtime });
    expect(argv[argv.indexOf("--network") + 1]).toBe("none");
    expect(argv).not.toContain("--publish");
  }
});

test("variables that rule the client stay out of its environment", () => {
  for (const runtime of ["docker", "podman"] as const) {
    const { argv, env } = plan({ runtime, env: { PATH: "/opt/x", HOME: "/root", DOCKER_HOST: "tcp://x" } });
    expect(env).not.toHaveProperty("PATH");
    expect(env).not.toHaveProperty("DOCKER_HOST");
    expect(argv).toContain("PATH=/opt/x");
    expect(argv.filter((word) => word.startsWith("HOME="))).toEqual(["HOME=/root"]);
  }
});

test("GPUs are asked for only where there are some", () => {
  const words = (runtime: Runtime, gpus: number): readonly string[] => plan({ runtime, gpus }).argv;
  expect(words("docker", 0)).not.toContain("--gpus");
  expect(words("docker", 2).join(" ")).toContain("--gpus 2");
  expect(words("podman", 0).join(" ")).not.toContain("--device");
  expect(words("podman", 2).join(" ")).toContain("--device nvidia.com/gpu=0 --device nvidia.com/gpu=1");
  expect(words("apptainer", 0)).not.toContain("--nv");
  expect(words("apptainer", 1)).toContain("--nv");
});

test("only an engine on a socket gets the socket's directory", () => {
  const program = { mounts: [], listen: "port", env: {} } as unknown as Parameters<typeof allMounts>[0];
  expect(allMounts(program)).toEqual([]);
  expect(allMounts({ ...program, listen: "socket" })).toHaveLength(1);
});

test("only an engine with a secret in a file gets the directory of those, and may not write there", () => {
  const env = { A: "{secret:a:value}", B: "plain" };
  const program = { mounts: [], listen: "port", env } as unknown as Parameters<typeof allMounts>[0];
  expect(allMounts(program)).toEqual([]);
  expect(allMounts({ ...program, env: { ...env, C: "{secret:c:file}" } })).toEqual([
    { source: "{secrets}", target: "/berth/secrets", readOnly: true },
  ]);
});
