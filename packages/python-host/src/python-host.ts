import { begin } from "./text/begin.ts";
import { berthWorker } from "./text/berth-worker.ts";
import { endpoint } from "./text/endpoint.ts";
import { environment } from "./text/environment.ts";
import { facts } from "./text/facts.ts";
import { load } from "./text/load.ts";
import { main } from "./text/main.ts";
import { prologue } from "./text/prologue.ts";
import { serve } from "./text/serve.ts";
import { spiritStyle } from "./text/spirit-style.ts";
import { waiting } from "./text/waiting.ts";
import { workerSide } from "./text/worker-side.ts";

/**
 * The program that serves a Python handler. It is text since whoever starts it is one file wherever it goes. It needs
 * Python >= 3.9 and nothing else: FastAPI and uvicorn are part of the environment that it makes for the handler.
 *
 *     host.py check            reads {"name", "text", "className"} from standard input, says as JSON what is wrong with it
 *     host.py serve CONFIG SOCKET    makes the handler's environment, and goes on in it as
 *     host.py contained SOCKET       the same in a container, with what is in its environment (BERTH_HANDLER)
 *     host.py run CONFIG SOCKET      loads the handler and serves it at the socket
 *
 * Until the handler is ready, the socket answers 503 with what is going on. Exit code 78 says that no retry would help.
 */
export const pythonHost = [
  prologue,
  facts,
  waiting,
  environment,
  begin,
  berthWorker,
  load,
  spiritStyle,
  endpoint,
  serve,
  workerSide,
  main,
].join("\n\n");
