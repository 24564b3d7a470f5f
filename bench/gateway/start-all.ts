import { startProgram } from "../program.ts";
import { startGatewayAlone, startServerWithProviders, startServerWithService } from "./berth.ts";
import type { Contestant, Ground } from "./contestant.ts";
import { startFixedUpstream, startFloor } from "./nginx.ts";
import { startLiteLlm } from "./peers/litellm.ts";
import { startLlamaSwap } from "./peers/llama-swap.ts";
import { startPortkey } from "./peers/portkey.ts";
import { models } from "./request.ts";

/** Who was started, by the part they play; `undefined` for one that cannot be had here, with its reason in `missing`. */
export interface Field {
  readonly direct: Contestant;
  readonly floor: Contestant | undefined;
  readonly alone: Contestant;
  readonly servers: readonly Contestant[];
  /** Of the servers, those that differ in nothing but the threads that carry requests. */
  readonly oneWorker: Contestant | undefined;
  readonly twoWorkers: Contestant | undefined;
  readonly portkey: Contestant | undefined;
  readonly llamaSwapPeer: Contestant | undefined;
  readonly llamaSwapManaged: Contestant | undefined;
  readonly liteLlm: Contestant | undefined;
  readonly missing: readonly string[];
}

/** Berth's own, without the peers. */
export type OwnField = Pick<Field, "direct" | "alone" | "servers" | "oneWorker" | "twoWorkers" | "missing">;

/** Starts the upstreams. Where nginx is not to be had, the one that streams gives the fixed answer as well. */
export async function layGround(
  folder: string,
  cleanUp: AsyncDisposableStack,
  missing: string[],
): Promise<Ground> {
  const streamPort = cleanUp.use(await startProgram("gateway/upstream-process.ts")).port;
  const fixed = await unless(missing, "nginx as the fixed upstream", startFixedUpstream({ folder, cleanUp }));
  return { folder, cleanUp, streamPort, wholePort: fixed ?? streamPort };
}

export async function startOwn(ground: Ground, missing: string[]): Promise<OwnField> {
  const oneWorker = await unless(missing, "berth start, provider", startServerWithProviders(ground));
  const twoWorkers = await unless(missing, "berth start, 2 workers", startServerWithProviders(ground, 2));
  const servers = [oneWorker, twoWorkers, await startServerWithService(ground)];
  return {
    direct: {
      name: "upstream, direct",
      whole: { port: ground.wholePort, model: models.whole },
      stream: { port: ground.streamPort, model: models.stream },
      processes: () => Promise.resolve([]),
    },
    alone: await startGatewayAlone(ground),
    servers: servers.filter((server) => server !== undefined),
    oneWorker,
    twoWorkers,
    missing,
  };
}

export async function startAll(ground: Ground, missing: string[]): Promise<Field> {
  const own = await startOwn(ground, missing);
  const [llamaSwapPeer, llamaSwapManaged] =
    (await unless(missing, "llama-swap", startLlamaSwap(ground))) ?? [];
  return {
    ...own,
    floor: await unless(missing, "nginx, 1 worker", startFloor(ground)),
    portkey: await unless(missing, "Portkey", startPortkey(ground)),
    llamaSwapPeer,
    llamaSwapManaged,
    liteLlm: await unless(missing, "LiteLLM", startLiteLlm(ground)),
  };
}

export function everybody(field: Field): readonly Contestant[] {
  const { direct, floor, alone, servers, portkey, llamaSwapPeer, llamaSwapManaged, liteLlm } = field;
  const all = [direct, floor, alone, ...servers, llamaSwapPeer, llamaSwapManaged, portkey, liteLlm];
  return all.filter((one) => one !== undefined);
}

/** A peer that cannot be had is said to be missing; the others are measured all the same. */
export async function unless<T>(
  missing: string[],
  name: string,
  started: Promise<T>,
): Promise<T | undefined> {
  try {
    return await started;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    missing.push(`${name} is missing: ${reason.split("\n").slice(0, 2).join(" ").slice(0, 300)}`);
    return undefined;
  }
}
