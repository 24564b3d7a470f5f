export type Seed = "Outpost" | "Aitta" | "Spirit-GPU";

/** A test of this checkout, by its file and its words. */
export interface RunBy {
  readonly file: string;
  readonly fact: string;
}

/** Something that one of three platforms does by what its client's documents say, and what does it here. */
export interface SeedBehaviour {
  readonly seed: Seed;
  /** In short, and in our words. */
  readonly says: string;
  readonly berth: string;
  /** Absent: it is not there. */
  readonly run?: RunBy;
  /** What of it is not there, although the rest is run. */
  readonly lacks?: string;
}

const outpost = (fact: string): RunBy => ({ file: "e2e/seeds/outpost.test.ts", fact });
const aitta = (fact: string): RunBy => ({ file: "e2e/seeds/aitta.test.ts", fact });
const spirit = (fact: string): RunBy => ({ file: "e2e/seeds/spirit.test.ts", fact });
const python = (fact: string): RunBy => ({ file: "e2e/seeds/python.test.ts", fact });
const worker = (fact: string): RunBy => ({ file: "e2e/handlers/python-worker.test.ts", fact });
const life = (fact: string): RunBy => ({ file: "e2e/endpoints/endpoint-life.test.ts", fact });

const kinds = "has a handler of the kind %s; what is yielded comes as one array";
const pythonKinds = "of the kind %s: called, and as a job";
const withNothingElse = "has a name, the four scaling words as usual, and nothing that runs";
const allSaid = "everything that creation takes is said by the command, and shown";
const asleep = "what is deployed without a wake-up is left at none";
const proxied = "is called once it has started, by its own paths, and sees nothing of the caller's key";
const progressed = "is asked how far it is, has no result before its end, and then has it";
const manyAtOnce = "several are asked for at once, one is cancelled, and all that wait are cleaned away";
const logs = "logs by level, with the request's id and the line that logged it";
const tooLate = "that does not answer in time is told by 408, and an answer that takes too long breaks off";

/** In the order of the documents. */
export const seedBehaviours: readonly SeedBehaviour[] = [
  {
    seed: "Outpost",
    says: "a client library for Python is installed from PyPI",
    berth: "OpenAI's, for models; `@berth/client` for TypeScript; any HTTP client for all else",
    run: aitta("chats with OpenAI's client at the model's own address, at once or as a stream"),
    lacks: "a Python package of our own",
  },
  {
    seed: "Outpost",
    says: "a token from the environment, or given to the client, lets in",
    berth: "`BERTH_AUTH_TOKEN` for `berth`; `Authorization: Bearer` for the API",
    run: outpost("shows a key, from the environment or as a bearer, and without one gets nothing"),
  },
  {
    seed: "Outpost",
    says: "the version can be asked",
    berth: "`berth --version`, `GET /api/v1/system`",
    run: outpost("is told the version"),
  },
  {
    seed: "Outpost",
    says: "the user behind the token: id, name, times, avatar, followers",
    berth: "`berth whoami`, `GET /api/v1/key`: the key's id, name, owner, times",
    run: outpost("has an owner's name, and may ask whose the key is, whatever it is good for"),
    lacks: "there are no users with avatars and followers",
  },
  {
    seed: "Outpost",
    says: "an endpoint is made of a Hugging Face model's id alone; task, library and server follow",
    berth: "`berth endpoint create --model ORG/MODEL`; the model is downloaded at the deployment",
    run: outpost(withNothingElse),
  },
  {
    seed: "Outpost",
    says: "endpoints belong to a user or a team (`entity`)",
    berth: "`--owner NAME`; `NAME/ENDPOINT` names it",
    run: outpost(allSaid),
  },
  {
    seed: "Outpost",
    says: "nothing runs before `deploy()`",
    berth: "`berth endpoint deploy NAME`",
    run: outpost("is woken by its deployment, with the task and the engine that the model's files name"),
  },
  {
    seed: "Outpost",
    says: "changes of the configuration want another deployment",
    berth: "`berth endpoint update`, then `deploy`; until then `hasChanges`",
    run: outpost("changes when it is deployed again, and not before"),
  },
  {
    seed: "Outpost",
    says: "a deployment sends a dummy request, so that a replica stays for at least `scaledownPeriod`",
    berth: "a deployment counts as a call; no request is sent",
    run: outpost("is woken by its deployment, with the task and the engine that the model's files name"),
  },
  {
    seed: "Outpost",
    says: "`deploy(wakeup=False)`",
    berth: '`berth endpoint deploy NAME --no-wakeup`, `{"wakeup": false}`',
    run: outpost(asleep),
  },
  {
    seed: "Outpost",
    says: "predictions over HTTP, with the token; the sample's documents give `[{summary_text}]`",
    berth: "`POST /e/OWNER/NAME/predict` with a key",
    run: outpost("summarizes a document at POST /predict for whoever has a key, and for nobody else"),
  },
  {
    seed: "Outpost",
    says: "a prediction client, `infer(json=...)`",
    berth: "`berth endpoint call NAME --data JSON`",
    run: outpost("summarizes a document at POST /predict for whoever has a key, and for nobody else"),
  },
  {
    seed: "Outpost",
    says: "`hardware_instance`, `cpu-sm` when nothing is said",
    berth: "`--hardware cpu-sm`; nothing when nothing is said",
    run: outpost("a revision and a hardware preset are the replica's"),
  },
  {
    seed: "Outpost",
    says: "`task_type`, in place of the model's own",
    berth: "`--task`, or `--kind` for the kinds of `berth run`",
    run: outpost("a task that the model can do is chosen in place of its usual one"),
  },
  {
    seed: "Outpost",
    says: "`name`; one is made up otherwise",
    berth: "`berth endpoint create [NAME]`",
    run: outpost(withNothingElse),
  },
  {
    seed: "Outpost",
    says: "`secrets`",
    berth: "`berth secret set`, `--secret NAME=VARIABLE`, or as a file",
    run: life("secrets are in the replica's environment or in a file, and nowhere else"),
  },
  {
    seed: "Outpost",
    says: "`visibility`, public when nothing is said",
    berth: "`--visibility public|internal|private`, private when nothing is said",
    run: life("what an endpoint is not allowed to show, it does not show"),
  },
  {
    seed: "Outpost",
    says: "a model that is kept at Outpost",
    berth: "a model on the server: its path, or its repository once it was downloaded",
    run: outpost("a model that lies on the server is named by its path"),
    lacks: "repositories that one pushes to",
  },
  {
    seed: "Outpost",
    says: "`revision`",
    berth: "`--revision`",
    run: outpost("a revision and a hardware preset are the replica's"),
  },
  {
    seed: "Outpost",
    says: "gated and private models, by the id of a stored third-party token",
    berth: "`--hub-secret NAME` of a stored secret, or `HF_TOKEN` for all",
    run: {
      file: "e2e/endpoints/gated-model.test.ts",
      fact: "with a stored secret of its owner's it comes, and answers",
    },
  },
  {
    seed: "Outpost",
    says: "a template class: `__init__` loads, `predict` answers, with FastAPI's parameters and a pydantic body",
    berth: "the same class: `berth endpoint create --handler FILE.py:CLASS`",
    run: python("has its body validated by pydantic, with defaults, beside typed parameters"),
  },
  {
    seed: "Outpost",
    says: "`StreamingResponse`",
    berth: "the same",
    run: python("streams a picture with its type"),
  },
  {
    seed: "Outpost",
    says: "`python_requirements`, `system_dependencies`",
    berth: "the same; on one's own machine Debian packages are only told",
    run: python(
      "has its packages, is told which of the system it needs, and logs by level with id and caller",
    ),
  },
  {
    seed: "Outpost",
    says: "`exception_handlers`",
    berth: "the same",
    run: python("answers its exceptions itself"),
  },
  {
    seed: "Outpost",
    says: "one of the prebuilt containers, with configs such as `torch_dtype`",
    berth:
      "an engine by its short name, `--engine transformers-js`, or any image, `--container IMAGE` with `--runtime`; the engine's own words after `--`",
    run: {
      file: "e2e/containers/podman.test.ts",
      fact: "one is reached through the gateway, in no network, with its words and values unharmed",
    },
  },
  {
    seed: "Outpost",
    says: "scaling: `min` 0, `max` 1, `scaledownPeriod` 900, `targetPendingRequests` 100",
    berth: "`--min`, `--max`, `--scaledown-period`, `--target-pending`, with the same defaults",
    run: outpost(allSaid),
  },
  {
    seed: "Outpost",
    says: "above the target of pending requests there are more replicas, below it fewer",
    berth: "the same",
    run: life("from none to three and back under load no call fails"),
  },
  {
    seed: "Outpost",
    says: "none after `scaledownPeriod` without a request, and again one with the next",
    berth: "the same",
    run: life(
      "an endpoint answers from its deployment on, from nothing, and has no replica when nobody calls",
    ),
  },

  {
    seed: "Aitta",
    says: "an access token for one model, made on its page in the browser",
    berth: "`berth key create NAME --model OWNER/ENDPOINT`, or the console's page of keys",
    run: aitta("lists that model, and no other"),
  },
  {
    seed: "Aitta",
    says: "tokens are got, and may be refreshed, by a source (`AccessTokenSource`)",
    berth: "a key, with an end where one is given (`--expires`), which `berth key update --expires` puts off",
    run: aitta("has an end that can be put off, and without it nothing is told"),
  },
  {
    seed: "Aitta",
    says: "`get_model_list()`: what the token may call",
    berth: "`GET /v1/models`",
    run: aitta("lists that model, and no other"),
  },
  {
    seed: "Aitta",
    says: "`Model.load(id)`, its description",
    berth: "`GET /v1/models/ID`, with the endpoint's description",
    run: aitta("loads it by its id; of another it is told that there is none"),
  },
  {
    seed: "Aitta",
    says: "an inference is a task that is asked for its state",
    berth: "`berth job submit ENDPOINT`, `berth job show`; with `--wait` in one go",
    run: aitta("is waited for in one call"),
  },
  {
    seed: "Aitta",
    says: "`progress` and `max_progress`, in steps that the model chooses",
    berth: "a job's `progress`: `done` of `total`, and a message",
    run: aitta(progressed),
  },
  {
    seed: "Aitta",
    says: "without support of the model, 0 of 1, and 1 of 1 after success",
    berth: "`progress` is null",
    run: aitta("has no progress where the handler tells none"),
  },
  {
    seed: "Aitta",
    says: "`results`; before the end an `IncompleteTaskError`",
    berth: "`berth job result`; before the end 409",
    run: aitta(progressed),
  },
  {
    seed: "Aitta",
    says: "after a failure an `InferenceError`",
    berth: "the job is FAILED and has the handler's `error`; `berth job result` ends with 1",
    run: aitta("fails with the handler's words, where its result would be"),
  },
  {
    seed: "Aitta",
    says: "`openai_api_url`: chats by OpenAI's client; without streams",
    berth: "`paths.openai` of the endpoint, and `/v1` for all; with streams",
    run: aitta("chats with OpenAI's client at the model's own address, at once or as a stream"),
  },

  {
    seed: "Spirit-GPU",
    says: '`start({"handler": ...})` runs one\'s function for the platform, in Python',
    berth:
      "the same with `from berth_worker import start`: `berth worker run FILE.py` takes jobs from anywhere; or `--handler FILE.py`",
    run: worker("is told by start which handler runs, and by its modifier how many at once"),
  },
  {
    seed: "Spirit-GPU",
    says: "`handler(request, env)`, plain or async; what it returns is JSON for the caller",
    berth: "the same in Python; in TypeScript `handler({ input, meta }, context)`",
    run: python(pythonKinds),
  },
  {
    seed: "Spirit-GPU",
    says: "generators, plain or async: what is yielded comes as one array",
    berth: "the same; whoever follows the job, or asks for a stream, has each value at once",
    run: spirit(kinds),
  },
  {
    seed: "Spirit-GPU",
    says: "`concurrency_modifier`: how many requests are worked on at once",
    berth:
      "the same of a worker; `concurrencyModifier` in TypeScript. Replicas: `--concurrency` of the endpoint",
    run: worker("is told by start which handler runs, and by its modifier how many at once"),
  },
  {
    seed: "Spirit-GPU",
    says: "synchronous requests",
    berth: "`POST /e/OWNER/NAME/predict`, or a job whose result is waited for",
    run: spirit("synchronously, the caller waits for the result"),
  },
  {
    seed: "Spirit-GPU",
    says: "asynchronous requests, with a webhook",
    berth: "`berth job submit --webhook URL`; signed, and told again until it is heard",
    run: spirit("asynchronously, the webhook is told the end, signed"),
  },
  {
    seed: "Spirit-GPU",
    says: "the status of one request, and of many at once",
    berth: "`berth job show`, `POST /api/v1/jobs/batch`",
    run: spirit(manyAtOnce),
  },
  {
    seed: "Spirit-GPU",
    says: "how many wait in the queue",
    berth: "`berth job health ENDPOINT`",
    run: spirit(manyAtOnce),
  },
  {
    seed: "Spirit-GPU",
    says: "one queued request is cancelled by its id and sequence; all are cleaned away",
    berth: "`berth job cancel` (running ones, too), `berth job purge`",
    run: spirit(manyAtOnce),
  },
  {
    seed: "Spirit-GPU",
    says: "only what is queued can be cancelled",
    berth: "what runs is told to stop, too",
    run: spirit("is told to stop when the job that it works on is cancelled"),
  },
  {
    seed: "Spirit-GPU",
    says: "a policy says how long a request may wait (`ttl`)",
    berth: "`--ttl`, and `--execution-timeout`",
    run: spirit("a job whose time is over is given up, and its result asked for is refused"),
  },
  {
    seed: "Spirit-GPU",
    says: "the handler is tried out without the platform",
    berth: "`berth worker dev FILE.py`, `FILE.ts`",
    run: worker("is tried out before, and its mistakes are told with their tracebacks"),
  },
  {
    seed: "Spirit-GPU",
    says: "`spirit-gpu-builder` writes a handler's skeleton from OpenAPI, JSON Schema, JSON, YAML, CSV or GraphQL",
    berth:
      "`berth worker new`: pydantic or dataclasses (Python), or an interface with what reads it (TypeScript)",
    run: {
      file: "e2e/seeds/builder.test.ts",
      fact: "is written from a description, and runs as it is: %s",
    },
  },
  {
    seed: "Spirit-GPU",
    says: "proxy mode: a whole server (Ollama, vLLM) behind the worker, at `base_url`; `/api/*`, `/v1/*`",
    berth:
      'the same of a worker; `start({ mode: "proxy", baseUrl, checkStart })` in TypeScript; or the server itself by `--command`; every path',
    run: spirit(proxied),
  },
  {
    seed: "Spirit-GPU",
    says: "`check_start`: nothing is passed on before the server has started",
    berth: "`check_start`, `checkStart`; the deployment waits for it",
    run: spirit(proxied),
  },
  {
    seed: "Spirit-GPU",
    says: "a header with serverless id and key lets in; the server behind sees neither",
    berth: "`/e/OWNER/NAME/...` and `Authorization: Bearer`; the server behind sees no key",
    run: spirit(proxied),
  },
  {
    seed: "Spirit-GPU",
    says: "no answer within 3 minutes is a 408",
    berth: "`responseTimeoutMs`, 3 minutes when nothing is said",
    run: spirit(tooLate),
  },
  {
    seed: "Spirit-GPU",
    says: "an answer takes at most 3 minutes from its first byte to its last",
    berth: "`transferTimeoutMs`, 3 minutes when nothing is said; the answer breaks off",
    run: spirit(tooLate),
  },
  {
    seed: "Spirit-GPU",
    says: "`logger`: INFO when nothing is said, `set_level`; `request_id`, `caller=True`",
    berth:
      "`logger.setLevel`, `requestId`, `caller: true`; in Python `set_level`, `request_id`, `caller=True`",
    run: spirit(logs),
  },
  {
    seed: "Spirit-GPU",
    says: '`request["meta"]["requestID"]` is added unless the caller has a meta',
    berth: "the same in Python; in TypeScript `meta.requestId`",
    run: python("get an id in meta, unless the caller has given one"),
  },
];

/** What one seed does, as a table of Markdown. */
export function behaviourTable(seed: Seed): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = seedBehaviours
    .filter((behaviour) => behaviour.seed === seed)
    .map(({ says, berth, run, lacks }) => {
      const missing = lacks === undefined ? "" : `. **Not there:** ${lacks}`;
      const test = run === undefined ? "**not there**" : `[${run.fact}](../../${run.file})`;
      return `| ${cell(says)} | ${cell(berth + missing)} | ${cell(test)} |`;
    });
  return [`| ${seed} | Berth | run by |`, "| --- | --- | --- |", ...rows].join("\n");
}
