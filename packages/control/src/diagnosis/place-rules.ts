import type { Rule } from "./rule.ts";

/** What is missing, forbidden or taken where it runs. */
export const placeRules: readonly Rule[] = [
  {
    kind: "missing_module",
    pattern: /(?:ModuleNotFoundError|ImportError): No module named ['"]?([\w.-]+)/,
    tell: ({ service, match }) => ({
      summary: `Python has no module ${match?.[1] ?? ""}`,
      advice:
        service.runtime === "process"
          ? "set up the environment that has it: the profile's setup line (module load, conda activate), or --runtime apptainer"
          : "use an image that has it (--container)",
    }),
  },
  {
    kind: "old_glibc",
    pattern: /version [`'](GLIBC(?:XX)?_[\d.]+)' not found \(required by ([^)]+)\)/,
    tell: ({ match }) => ({
      summary: `the node's system library is too old for ${match?.[2] ?? "the program"}, which needs ${match?.[1] ?? "a newer one"}`,
      advice: "run it in a container (--runtime apptainer), or on nodes with a newer system (--constraint)",
    }),
  },
  {
    kind: "missing_library",
    pattern: /\b(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/,
    tell: ({ match }) => ({
      summary: `the node has no system library ${match?.[1] ?? ""}`,
      advice:
        "load what brings it (the profile's setup line: module load gcc, say), ask the site for it, or take another engine or a container",
    }),
  },
  {
    kind: "bad_image",
    pattern:
      /could not open image (\S+?):? |Unable to handle \S+ uri|manifest unknown|manifest for \S+ not found|invalid reference format|pull access denied|while loading image|unable to retrieve auth token|image (?:file )?format not recognized|not a (?:valid )?SIF/i,
    tell: ({ service }) => ({
      summary: `the container image${service.container === null ? "" : ` ${service.container}`} cannot be used`,
      advice: "berth image ls shows those that are there, berth image pull brings one",
    }),
  },
  {
    kind: "permission_denied",
    pattern:
      /(?:PermissionError: \[Errno 13\] Permission denied|EACCES|permission denied)[^'"]*(?:['"]([^'"]+)['"])?|mount source (\S+) doesn't exist|FATAL: .*(?:mount|bind).*(?:no such file|permission denied)/i,
    tell: ({ service, match }) => {
      const path = match?.[1] ?? match?.[2];
      return {
        summary: `it may not read or write${path === undefined ? " a file it needs" : ` ${path}`}`,
        advice:
          service.mounts.length > 0
            ? "check that the mounted directories are there and yours to read"
            : "check the file's permissions; directories outside the home have to be mounted (--mount)",
      };
    },
  },
  {
    kind: "port_in_use",
    pattern: /address already in use|EADDRINUSE|\[Errno 98\]/i,
    tell: () => ({
      summary: "the port it wanted is taken by another program of that machine",
      advice: "let it listen on {port} or {socket}, which are chosen for it, instead of a number",
    }),
  },
  {
    kind: "missing_program",
    pattern:
      /(\S+): command not found|there is no program "([^"]+)"|exec: "?([^":]+)"?: executable file not found|execve?[^:]*: .*No such file or directory/,
    tell: ({ service, match }) => {
      const program = match?.[1] ?? match?.[2] ?? match?.[3];
      return {
        summary: `${program === undefined ? "the program" : program} is not there`,
        advice:
          program === service.runtime
            ? "load what brings it to the jobs' PATH (the profile's setup line: module load), or choose another --runtime"
            : service.runtime === "process"
              ? "load what brings it (the profile's setup line: module load), give its full path, or run it in a container"
              : "use an image that has it (--container)",
      };
    },
  },
];
