import { BerthError, type HandlerSpec } from "@berth/api";
import { pythonHost } from "@berth/python-host";
import { containedCommand } from "../command/contained-command.ts";
import type { ContainerCommand } from "../container/contained-program.ts";
import type { ContainerRuntime } from "../container/wrap.ts";
import type { EngineRequest } from "../engine.ts";

/** The image has a Python and nothing of ours: the host writes itself down there and goes on. */
const bootstrap =
  "import base64,os,sys,tempfile;h=os.path.join(tempfile.mkdtemp(),'host.py');" +
  "open(h,'wb').write(base64.b64decode(os.environ.pop('BERTH_HANDLER_HOST')));" +
  "os.execv(sys.executable,[sys.executable,h,'contained',sys.argv[1]])";

/** Linux takes no longer value of an environment variable (128 KiB with its name). */
const maxValueBytes = 128 * 1024 - 64;

/**
 * A Python handler in a container of the user's: what it needs goes along in the environment, and system packages are
 * installed there. Throws `invalid_request` when no image is named, for other languages, and for a text that is too long.
 */
export function containedPython(
  request: EngineRequest,
  handler: HandlerSpec,
  runtime: ContainerRuntime,
): ContainerCommand {
  if (handler.language !== "python")
    throw new BerthError(
      "invalid_request",
      "a TypeScript handler runs without a container: leave out the runtime and the container",
      { param: "runtime" },
    );
  const told = base64(
    JSON.stringify({
      source: handler.source,
      className: handler.className ?? null,
      requirements: handler.requirements ?? [],
      systemDependencies: handler.systemDependencies ?? [],
    }),
  );
  if (told.length > maxValueBytes)
    throw new BerthError(
      "invalid_request",
      "the handler's text is too long to go along into a container: mount its folder and name its path there (--mount DIR --there)",
      { param: "handler.source.text" },
    );
  return containedCommand(
    request,
    {
      argv: ["python3", "-c", bootstrap, "{socket}"],
      env: { BERTH_HANDLER_HOST: base64(pythonHost), BERTH_HANDLER: told, PYTHONUNBUFFERED: "1" },
    },
    runtime,
    "socket",
  );
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
