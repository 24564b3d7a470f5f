/** What engines need of the server's environment: where programs, libraries, caches and devices are. No secrets. */
const passedNames = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "DYLD_FALLBACK_LIBRARY_PATH",
  "VIRTUAL_ENV",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "BERTH_ENGINES_DIR",
  // where runtimes of containers find their daemon, their store and their settings; their passwords stay
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS_VERIFY",
  "CONTAINERS_CONF",
  "CONTAINERS_STORAGE_CONF",
  "CONTAINERS_REGISTRIES_CONF",
  "APPTAINER_CACHEDIR",
  "APPTAINER_TMPDIR",
]);
const passedPrefixes = [
  "LC_",
  "XDG_",
  "CONDA_",
  "CUDA_",
  "NVIDIA_",
  "HIP_",
  "ROCR_",
  "ROCM_",
  "HSA_",
  "GGML_",
  "OMP_",
];

/** Where engines' packages come from. Such an address may bear a password; then it stays here. */
const passedAddresses =
  /^(?:(?:https?|all|no)_proxy|npm_config_(?:registry|userconfig|globalconfig|cache|cafile|offline|(?:https_|no)?proxy))$/i;
const withPassword = /\/\/[^/]*@/;

/** The environment a runner, and through it an engine, is started with. */
export function runnerEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  mark: { readonly name: string; readonly value: string },
): Record<string, string> {
  const passed = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined &&
    (passedNames.has(name) ||
      passedPrefixes.some((prefix) => name.startsWith(prefix)) ||
      (passedAddresses.test(name) && !withPassword.test(value)))
      ? [[name, value] as const]
      : [],
  );
  return { ...Object.fromEntries(passed), [mark.name]: mark.value };
}
