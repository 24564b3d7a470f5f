import { expect, test } from "vitest";
import { runnerEnvironment } from "./environment.ts";

const mark = { name: "BERTH_LAUNCH", value: "home/svc-1" };

test.each([
  "PATH",
  "HOME",
  "LC_ALL",
  "CUDA_VISIBLE_DEVICES",
  "CONDA_PREFIX",
  "BERTH_ENGINES_DIR",
  "CONTAINERS_CONF",
])("%s passes", (name) => {
  expect(runnerEnvironment({ [name]: "x" }, mark)).toEqual({ [name]: "x", BERTH_LAUNCH: "home/svc-1" });
});

test.each([
  "HF_TOKEN",
  "BERTH_AUTH_TOKEN",
  "BERTH_DATABASE_URL",
  "AWS_SECRET_ACCESS_KEY",
  "SSH_AUTH_SOCK",
  "APPTAINER_DOCKER_PASSWORD",
  "NODE_OPTIONS",
])("%s, which is a secret, may hold one or changes what runs, stays", (name) => {
  expect(runnerEnvironment({ [name]: "x" }, mark)).toEqual({ BERTH_LAUNCH: "home/svc-1" });
});

test.each(["HTTPS_PROXY", "no_proxy", "npm_config_registry", "NPM_CONFIG_HTTPS_PROXY", "npm_config_cache"])(
  "%s, by which packages are fetched, passes unless it bears a password",
  (name) => {
    const passing = runnerEnvironment({ [name]: "http://proxy.example:3128/" }, mark);
    expect(passing).toHaveProperty(name);
    expect(runnerEnvironment({ [name]: "http://me:secret@proxy.example:3128/" }, mark)).not.toHaveProperty(
      name,
    );
  },
);

test.each(["npm_config__auth", "npm_config_//registry.example/:_authToken", "npm_config_prefix"])(
  "%s stays",
  (name) => {
    expect(runnerEnvironment({ [name]: "x" }, mark)).not.toHaveProperty(name);
  },
);

test("the mark of another launch, inherited, is replaced", () => {
  expect(runnerEnvironment({ BERTH_LAUNCH: "home/other-1" }, mark)).toEqual({ BERTH_LAUNCH: "home/svc-1" });
});
