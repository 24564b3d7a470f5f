import type { CreateService, Mount } from "@berth/api";
import type { Engine } from "@berth/engines";
import { expect, test } from "vitest";
import { Harbour, cluster, here, plan } from "../testing/harbour.ts";
import { model } from "../testing/model.ts";
import { readPlan } from "./stored-plan.ts";

const { signal } = new AbortController();

/** Listens in a container; `seen` are the directories it was given. */
function ears(seen: Mount[]): Engine {
  return {
    name: "whisper",
    tasks: ["automatic-speech-recognition"],
    accepts: () => ({ ok: true }),
    plan({ surroundings }) {
      seen.splice(0, seen.length, ...surroundings.mounts);
      const container = { cleanup: [], forward: {} };
      return { ...plan, program: { kind: "command", argv: ["hear"], env: {}, cwd: null, container } };
    },
  };
}

async function order(spec: Partial<CreateService>) {
  const harbour = new Harbour();
  harbour.profiles = [here, cluster];
  harbour.models = [model({ repo: "acme/ears", image: "speech-recognition" })];
  const seen: Mount[] = [];
  const control = await harbour.start({ engines: [ears(seen)] });
  const given = { image: "speech-recognition", model: "acme/ears", runtime: "apptainer", ...spec } as const;
  const { id } = await control.services.create(given, signal);
  const { program } = readPlan((await harbour.row(id)).plan);
  return { seen, makes: program.kind === "command" ? program.container?.makes : undefined };
}

test.each([
  ["this machine", "here", "/home/audio"],
  ["a cluster", "della", "/scratch/me/berth/audio"],
])(
  "on %s the folder of recordings that nobody named is mounted, and made where it is absent",
  async (...row) => {
    const [, profile, source] = row;
    const { seen, makes } = await order({ profile });
    expect(seen).toEqual([{ source, target: "/data/audio", readOnly: true }]);
    expect(makes).toEqual([source]);
  },
);

test("a directory that somebody named is theirs to make", async () => {
  const { seen, makes } = await order({ mounts: [{ source: "/data/mine" }] });
  expect(seen).toEqual([{ source: "/data/mine" }]);
  expect(makes).toBeUndefined();
});
