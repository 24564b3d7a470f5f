import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHubDouble, type HubDouble } from "@berth/testing/hub-double";
import { cleanEnvironment, startBerth, top, waitForService, type Berth } from "../berth-process.ts";
import { documentedRepos } from "./documented-repos.ts";
import { freePort } from "../free-port.ts";
import { writeReaderFiles } from "./reader-files.ts";
import { Shell } from "./shell.ts";

/** Whoever follows the guide: a user with a home, a running server, a hub to download from, and a few files. */
export interface Reader {
  /** A shell in a folder of its own for the page, with the reader's files in it. */
  openShell(page: string): Promise<Shell>;
  /** A command as it is typed here: the guide's ports are those of this run. */
  localised(text: string): string;
  /** What was printed here, with the guide's ports and places. */
  asInGuide(text: string): string;
  leave(): Promise<void>;
}

/** Ports that the guide names; the first is the server's own. */
const guidePorts = [8000, 8100, 8101, 8200, 8201, 8202, 8203, 9000] as const;

export async function startReader(): Promise<Reader> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "berth-docs-")));
  const userHome = join(folder, "u");
  await mkdir(join(userHome, "shared/models"), { recursive: true });
  // no progress meter, as at a terminal, and a line for each answer
  await writeFile(join(userHome, ".curlrc"), 'silent\nshow-error\nwrite-out = "\\n"\n');
  const hub = await startHubDouble({ repos: documentedRepos() });
  const environment = readerEnvironment(userHome, hub);
  const berth = await startBerth({ home: join(userHome, ".berth"), environment });
  await waitForService(berth, "pilot");
  const ports = await portsHere(berth);
  const replace = (text: string, from: (entry: PortHere) => number, to: (entry: PortHere) => number) =>
    text.replaceAll(/\b\d{4,5}\b/g, (number) => {
      const entry = ports.find((one) => from(one) === Number(number));
      return entry === undefined ? number : String(to(entry));
    });
  return {
    openShell: async (page) => {
      const name = page.replaceAll("/", "-");
      const cwd = join(folder, name);
      await mkdir(cwd);
      await symlink(join(top, "e2e/node_modules"), join(cwd, "node_modules"));
      await writeReaderFiles(cwd);
      return Shell.open(cwd, join(folder, "ran", name), environment);
    },
    localised: (text) =>
      replace(
        text,
        ({ guide }) => guide,
        ({ here }) => here,
      ),
    asInGuide: (text) =>
      replace(
        text,
        ({ here }) => here,
        ({ guide }) => guide,
      )
        .replaceAll(`${userHome}/`, "~/")
        .replaceAll(hub.endpoint, "https://huggingface.co"),
    leave: async () => {
      await berth.dispose();
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readerEnvironment(userHome: string, hub: HubDouble): Record<string, string> {
  const path = [
    join(top, "bin"),
    join(import.meta.dirname, "reader-bin"),
    join(top, ".tools/venv/bin"),
    process.env["PATH"] ?? "",
  ];
  const own = {
    HOME: userHome,
    PATH: path.join(":"),
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_OFFLINE: "0",
    BERTH_SERVICE_PORTS: "18080-18899",
  };
  const inherited = Object.entries(cleanEnvironment()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(inherited), ...own };
}

interface PortHere {
  readonly guide: number;
  readonly here: number;
}

async function portsHere(berth: Berth): Promise<readonly PortHere[]> {
  const [main, ...others] = guidePorts;
  const free = await Promise.all(others.map(async (guide) => ({ guide, here: await freePort() })));
  return [{ guide: main, here: Number(new URL(berth.url).port) }, ...free];
}
