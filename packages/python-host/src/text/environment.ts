/** A virtual environment that has the handler's requirements. */
export const environment = String.raw`
def make_environment(requirements, folder, say, is_shown):
    """The path of a Python that has the requirements; made once for all handlers that ask for the same."""
    quiet = [] if is_shown else ["--quiet"]
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = sorted(set(requirements))
    key = hashlib.sha256("\n".join([version, sys.prefix, *wanted]).encode()).hexdigest()[:16]
    path = os.path.join(folder, f"python-{key}")
    python = os.path.join(path, "bin", "python")
    stamp = os.path.join(path, "whole.stamp")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with open(f"{path}.lock", "w") as lock:
        import fcntl

        # two replicas may want it at the same time
        say("looking for an environment with its requirements")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(stamp):
            shutil.rmtree(path, ignore_errors=True)
            say(f"making a Python {version} environment with {', '.join(wanted)}")
            uv = shutil.which("uv")
            if uv is None:
                run_tool([sys.executable, "-m", "venv", path], "install the package python3-venv of your system, or uv", is_shown)
                install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *quiet]
            else:
                run_tool([uv, "venv", "--quiet", "--python", sys.executable, path], "update uv, or take it off PATH", is_shown)
                install = [uv, "pip", "install", *quiet, "--python", python]
            run_tool(
                [*install, *wanted],
                "check the names and versions; where there is no network, name an index or a folder of wheels that can be "
                "reached: --env PIP_INDEX_URL=https://..., or --env PIP_NO_INDEX=1 --env PIP_FIND_LINKS=DIR "
                "(UV_INDEX_URL, UV_FIND_LINKS for uv)",
                is_shown,
            )
            open(stamp, "w").close()
    return python


def run_tool(words, advice, is_shown):
    """What it prints is shown as it comes to whoever looks on, and to others when it fails."""
    tool = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in tool.stdout:
        lines.append(line)
        if is_shown:
            print(line, end="", flush=True)
    if tool.wait() == 0:
        return
    if not is_shown:
        print("".join(lines), flush=True)
    last = [line.strip() for line in lines if line.strip()][-1:] or ["it said nothing"]
    # a worker has no option of that name, and an environment of its own
    told = advice.replace("--env ", "") if is_shown else advice
    print(f"{' '.join(words[:4])} ... failed: {last[0]}\nWhat to do: {told}", flush=True)
    sys.exit(1)


def see_to_system(names, is_contained, say):
    """Outside of a container nothing is installed: the machine is not ours."""
    if not names:
        return
    line = f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(names)}"
    if is_contained and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {', '.join(names)}")
        run_tool(["sh", "-c", line], "choose an image that has them", False)
    else:
        say(f"the handler needs these on the machine: {', '.join(names)}; where they are missing, install them: sudo sh -c '{line}'")
`;
