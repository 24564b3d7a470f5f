import type { Command } from "commander";
import type { Cli } from "./cli.ts";

/** A command's file: gives it its arguments, options, examples and work. */
export interface CommandModule {
  readonly define: (command: Command, cli: Cli) => void;
}

/** What the shell completes an argument or an option's value with. */
export type Completes =
  | "services"
  | "models"
  | "profiles"
  | "keys"
  | "providers"
  | "routes"
  | "callable"
  | "endpoints"
  | "jobs"
  | "secrets"
  | "presets"
  | "files";

export interface CommandEntry {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly hidden?: true;
  /** What its arguments are. */
  readonly completes?: Completes;
  readonly load?: () => Promise<CommandModule>;
  readonly commands?: Readonly<Record<string, CommandEntry>>;
}

/** Every command there is. */
export const commandTree: Readonly<Record<string, CommandEntry>> = {
  start: { summary: "start the server, its APIs and the console", load: () => import("./commands/start.ts") },
  init: { summary: "set up Berth's home and its first profile", load: () => import("./commands/init.ts") },
  config: {
    summary: "show every setting and where its value comes from",
    load: () => import("./commands/config.ts"),
  },
  doctor: {
    summary: "look for what is wrong and say how to mend it",
    load: () => import("./commands/doctor.ts"),
  },
  profile: {
    summary: "manage profiles: the places where services run",
    commands: {
      ls: { summary: "list profiles", aliases: ["list"], load: () => import("./commands/profile/ls.ts") },
      add: {
        summary: "add a profile",
        aliases: ["create"],
        load: () => import("./commands/profile/add.ts"),
      },
      show: {
        summary: "show a profile",
        completes: "profiles",
        load: () => import("./commands/profile/show.ts"),
      },
      update: {
        summary: "change a profile",
        completes: "profiles",
        load: () => import("./commands/profile/update.ts"),
      },
      cluster: {
        summary: "show what a profile's cluster has, and what you may use of it",
        completes: "profiles",
        load: () => import("./commands/profile/cluster.ts"),
      },
      login: {
        summary: "log in to a profile's cluster: password, Duo, codes",
        completes: "profiles",
        load: () => import("./commands/profile/login.ts"),
      },
      repair: {
        summary: "rebuild a profile's home, and remove what was left behind there",
        completes: "profiles",
        load: () => import("./commands/profile/repair.ts"),
      },
      import: {
        summary: "add the profiles of another file, such as Blackfish's",
        completes: "files",
        load: () => import("./commands/profile/import.ts"),
      },
      rename: {
        summary: "rename a profile",
        completes: "profiles",
        load: () => import("./commands/profile/rename.ts"),
      },
      default: {
        summary: "make a profile the default",
        completes: "profiles",
        load: () => import("./commands/profile/default.ts"),
      },
      rm: {
        summary: "remove a profile; its files stay",
        aliases: ["delete"],
        completes: "profiles",
        load: () => import("./commands/profile/rm.ts"),
      },
    },
  },
  model: {
    summary: "manage the models on a profile's disk",
    commands: {
      ls: {
        summary: "list installed models",
        aliases: ["list"],
        load: () => import("./commands/model/ls.ts"),
      },
      add: {
        summary: "download a model, or register a file or directory",
        completes: "files",
        load: () => import("./commands/model/add.ts"),
      },
      show: {
        summary: "show a model's facts and files",
        completes: "models",
        load: () => import("./commands/model/show.ts"),
      },
      rm: {
        summary: "delete a model's files",
        aliases: ["delete"],
        completes: "models",
        load: () => import("./commands/model/rm.ts"),
      },
    },
  },
  image: {
    summary: "manage container images",
    commands: {
      ls: {
        summary: "list container images",
        aliases: ["list"],
        load: () => import("./commands/image/ls.ts"),
      },
      pull: {
        summary: "pull a container image, or make one of a file",
        aliases: ["add"],
        load: () => import("./commands/image/pull.ts"),
      },
      rm: {
        summary: "delete a container image from a profile's home",
        aliases: ["delete"],
        load: () => import("./commands/image/rm.ts"),
      },
    },
  },
  run: {
    summary: "launch a service",
    load: () => import("./commands/run/options.ts"),
    commands: {
      "text-generation": {
        summary: "launch a model that writes text",
        completes: "models",
        load: () => import("./commands/run/text-generation.ts"),
      },
      embeddings: {
        summary: "launch a model that turns texts into vectors",
        completes: "models",
        load: () => import("./commands/run/embeddings.ts"),
      },
      rerank: {
        summary: "launch a model that orders documents by a query",
        completes: "models",
        load: () => import("./commands/run/rerank.ts"),
      },
      "speech-recognition": {
        summary: "launch a model that writes down what is said",
        completes: "models",
        load: () => import("./commands/run/speech-recognition.ts"),
      },
      pipeline: {
        summary: "launch a model for any of the Hub's tasks: summaries, labels, masks, images, sound",
        completes: "models",
        load: () => import("./commands/run/pipeline.ts"),
      },
      command: {
        summary: "launch any server of yours",
        load: () => import("./commands/run/command.ts"),
      },
      handler: {
        summary: "launch a function or class of yours, in Python or TypeScript",
        completes: "files",
        load: () => import("./commands/run/handler.ts"),
      },
    },
  },
  ls: { summary: "list services", aliases: ["list", "ps"], load: () => import("./commands/ls.ts") },
  details: {
    summary: "show everything about a service",
    aliases: ["show"],
    completes: "services",
    load: () => import("./commands/details.ts"),
  },
  logs: { summary: "print a service's log", completes: "services", load: () => import("./commands/logs.ts") },
  events: {
    summary: "print what happened to services",
    completes: "services",
    load: () => import("./commands/events.ts"),
  },
  wait: {
    summary: "wait until a service is healthy",
    completes: "services",
    load: () => import("./commands/wait.ts"),
  },
  stop: { summary: "stop services", completes: "services", load: () => import("./commands/stop.ts") },
  restart: {
    summary: "start services again",
    completes: "services",
    load: () => import("./commands/restart.ts"),
  },
  rm: {
    summary: "remove services from the list",
    aliases: ["delete"],
    completes: "services",
    load: () => import("./commands/rm.ts"),
  },
  prune: { summary: "remove all services that have ended", load: () => import("./commands/prune.ts") },
  chat: { summary: "talk to a model", completes: "callable", load: () => import("./commands/chat.ts") },
  transcribe: {
    summary: "write down what is said in a file",
    completes: "files",
    load: () => import("./commands/transcribe.ts"),
  },
  summarize: {
    summary: "summarise documents, or answer a question from them",
    completes: "files",
    load: () => import("./commands/summarize.ts"),
  },
  endpoint: {
    summary: "manage endpoints: names with as many replicas as they need",
    commands: {
      ls: {
        summary: "list endpoints",
        aliases: ["list"],
        load: () => import("./commands/endpoint/ls.ts"),
      },
      create: {
        summary: "make an endpoint; nothing runs before it is deployed",
        aliases: ["add"],
        load: () => import("./commands/endpoint/create.ts"),
      },
      show: {
        summary: "show an endpoint, and what it did over time",
        completes: "endpoints",
        load: () => import("./commands/endpoint/show.ts"),
      },
      deploy: {
        summary: "roll out an endpoint as it is configured now",
        completes: "endpoints",
        load: () => import("./commands/endpoint/deploy.ts"),
      },
      rollback: {
        summary: "roll out what an earlier deployment had",
        completes: "endpoints",
        load: () => import("./commands/endpoint/rollback.ts"),
      },
      deployments: {
        summary: "list an endpoint's deployments",
        completes: "endpoints",
        load: () => import("./commands/endpoint/deployments.ts"),
      },
      update: {
        summary: "change an endpoint",
        completes: "endpoints",
        load: () => import("./commands/endpoint/update.ts"),
      },
      rename: {
        summary: "give an endpoint another name",
        completes: "endpoints",
        load: () => import("./commands/endpoint/rename.ts"),
      },
      pause: {
        summary: "stop all replicas, and start none",
        completes: "endpoints",
        load: () => import("./commands/endpoint/pause.ts"),
      },
      resume: {
        summary: "end a pause",
        completes: "endpoints",
        load: () => import("./commands/endpoint/resume.ts"),
      },
      wake: {
        summary: "start a replica where there is none",
        completes: "endpoints",
        load: () => import("./commands/endpoint/wake.ts"),
      },
      "webhook-secret": {
        summary: "print what its jobs' webhooks are signed with",
        completes: "endpoints",
        load: () => import("./commands/endpoint/webhook-secret.ts"),
      },
      call: {
        summary: "call an endpoint",
        completes: "endpoints",
        load: () => import("./commands/endpoint/call.ts"),
      },
      logs: {
        summary: "print its replicas' logs",
        completes: "endpoints",
        load: () => import("./commands/endpoint/logs.ts"),
      },
      events: {
        summary: "print what happened to an endpoint",
        completes: "endpoints",
        load: () => import("./commands/endpoint/events.ts"),
      },
      rm: {
        summary: "stop and forget an endpoint",
        aliases: ["delete"],
        completes: "endpoints",
        load: () => import("./commands/endpoint/rm.ts"),
      },
    },
  },
  job: {
    summary: "queue calls to endpoints, and see what comes of them",
    commands: {
      submit: {
        summary: "queue a call",
        completes: "endpoints",
        load: () => import("./commands/job/submit.ts"),
      },
      ls: {
        summary: "list jobs",
        aliases: ["list"],
        completes: "endpoints",
        load: () => import("./commands/job/ls.ts"),
      },
      show: {
        summary: "show a job",
        completes: "jobs",
        load: () => import("./commands/job/show.ts"),
      },
      result: {
        summary: "print what came of a job",
        completes: "jobs",
        load: () => import("./commands/job/result.ts"),
      },
      stream: {
        summary: "print what a job yields, as it comes",
        completes: "jobs",
        load: () => import("./commands/job/stream.ts"),
      },
      cancel: {
        summary: "cancel jobs, queued or running",
        completes: "jobs",
        load: () => import("./commands/job/cancel.ts"),
      },
      retry: {
        summary: "queue jobs once more that failed",
        completes: "jobs",
        load: () => import("./commands/job/retry.ts"),
      },
      purge: {
        summary: "cancel all that waits at an endpoint",
        completes: "endpoints",
        load: () => import("./commands/job/purge.ts"),
      },
      deliveries: {
        summary: "show what became of telling a job's webhook",
        completes: "jobs",
        load: () => import("./commands/job/deliveries.ts"),
      },
      redeliver: {
        summary: "tell a job's webhook once more",
        completes: "jobs",
        load: () => import("./commands/job/redeliver.ts"),
      },
      health: {
        summary: "count an endpoint's jobs, and show who works on them",
        completes: "endpoints",
        load: () => import("./commands/job/health.ts"),
      },
    },
  },
  secret: {
    summary: "manage secrets: values that endpoints get and nobody sees",
    commands: {
      ls: {
        summary: "list secrets, never their values",
        aliases: ["list"],
        load: () => import("./commands/secret/ls.ts"),
      },
      set: {
        summary: "keep a secret, in place of the one of that name",
        aliases: ["add"],
        completes: "secrets",
        load: () => import("./commands/secret/set.ts"),
      },
      rm: {
        summary: "forget secrets",
        aliases: ["delete"],
        completes: "secrets",
        load: () => import("./commands/secret/rm.ts"),
      },
    },
  },
  hardware: {
    summary: "manage hardware presets: sizes of replicas by name",
    commands: {
      ls: {
        summary: "list hardware presets",
        aliases: ["list"],
        load: () => import("./commands/hardware/ls.ts"),
      },
      set: {
        summary: "set a hardware preset, everywhere or on one profile",
        aliases: ["add"],
        completes: "presets",
        load: () => import("./commands/hardware/set.ts"),
      },
      rm: {
        summary: "forget a hardware preset",
        aliases: ["delete"],
        completes: "presets",
        load: () => import("./commands/hardware/rm.ts"),
      },
    },
  },
  provider: {
    summary: "manage providers: servers that Berth did not launch",
    commands: {
      ls: { summary: "list providers", aliases: ["list"], load: () => import("./commands/provider/ls.ts") },
      add: {
        summary: "add a provider; its models can be called at once",
        aliases: ["create"],
        load: () => import("./commands/provider/add.ts"),
      },
      import: {
        summary: "take over what an h2oGPT was started with",
        load: () => import("./commands/provider/import.ts"),
      },
      show: {
        summary: "show a provider and its models",
        completes: "providers",
        load: () => import("./commands/provider/show.ts"),
      },
      update: {
        summary: "change a provider",
        completes: "providers",
        load: () => import("./commands/provider/update.ts"),
      },
      test: {
        summary: "go all the way to a provider's answer, and tell what is wrong",
        completes: "providers",
        load: () => import("./commands/provider/test.ts"),
      },
      rm: {
        summary: "remove a provider and its key",
        aliases: ["delete"],
        completes: "providers",
        load: () => import("./commands/provider/rm.ts"),
      },
    },
  },
  route: {
    summary: "manage routes: names that lead where you say",
    commands: {
      ls: { summary: "list routes", aliases: ["list"], load: () => import("./commands/route/ls.ts") },
      add: {
        summary: "give a name a way of its own",
        aliases: ["create"],
        load: () => import("./commands/route/add.ts"),
      },
      show: {
        summary: "show a route, and how its targets stand",
        completes: "routes",
        load: () => import("./commands/route/show.ts"),
      },
      update: {
        summary: "change a route",
        completes: "routes",
        load: () => import("./commands/route/update.ts"),
      },
      rm: {
        summary: "remove a route",
        aliases: ["delete"],
        completes: "routes",
        load: () => import("./commands/route/rm.ts"),
      },
      export: { summary: "print all routes, as JSON", load: () => import("./commands/route/export.ts") },
      import: {
        summary: "take routes over from a file",
        completes: "files",
        load: () => import("./commands/route/import.ts"),
      },
    },
  },
  key: {
    summary: "manage API keys",
    commands: {
      create: { summary: "make a key", aliases: ["add"], load: () => import("./commands/key/create.ts") },
      ls: { summary: "list keys", aliases: ["list"], load: () => import("./commands/key/ls.ts") },
      show: {
        summary: "show a key's limits, and how its budgets stand",
        completes: "keys",
        load: () => import("./commands/key/show.ts"),
      },
      update: {
        summary: "change what a key may do and use",
        completes: "keys",
        load: () => import("./commands/key/update.ts"),
      },
      rm: {
        summary: "revoke a key",
        aliases: ["delete"],
        completes: "keys",
        load: () => import("./commands/key/rm.ts"),
      },
    },
  },
  whoami: { summary: "show whose key is used, and its limits", load: () => import("./commands/whoami.ts") },
  usage: { summary: "add up what was used", load: () => import("./commands/usage.ts") },
  requests: { summary: "list requests that have ended", load: () => import("./commands/requests.ts") },
  request: {
    summary: "look at single requests",
    commands: {
      show: {
        summary: "show everything about a request",
        load: () => import("./commands/request/show.ts"),
      },
    },
  },
  worker: {
    summary: "write and run handlers of your own",
    commands: {
      new: {
        summary: "write a handler's skeleton from a description of its input",
        completes: "files",
        load: () => import("./commands/worker/new.ts"),
      },
      dev: {
        summary: "try a handler out: without a server, loaded again when it changes",
        completes: "files",
        load: () => import("./commands/worker/dev.ts"),
      },
      run: {
        summary: "take an endpoint's jobs and work on them",
        completes: "files",
        load: () => import("./commands/worker/run.ts"),
      },
    },
  },
  open: { summary: "open the console in a browser", load: () => import("./commands/open.ts") },
  db: {
    summary: "look after the database",
    commands: {
      check: { summary: "check its integrity", load: () => import("./commands/db/check.ts") },
      backup: {
        summary: "write a consistent copy of it",
        completes: "files",
        load: () => import("./commands/db/backup.ts"),
      },
    },
  },
  completion: {
    summary: "print a script that completes berth's commands and names",
    load: () => import("./commands/completion.ts"),
  },
  __complete: {
    summary: "answer the completion script",
    hidden: true,
    load: () => import("./commands/complete.ts"),
  },
};
