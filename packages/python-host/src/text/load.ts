/** The user's file, and the function in it that is called. */
export const load = String.raw`
def load(config, logger):
    global HANDLER_FILE
    path = HANDLER_FILE = config["file"]
    with open(path, encoding="utf-8") as file:
        name = read_facts(os.path.basename(path), file.read(), config["className"])["className"]
    module_name = os.path.splitext(os.path.basename(path))[0].replace("-", "_")
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(module_name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    loaded = Loaded(name or module_name, module)
    if name is not None:
        find_named(loaded, getattr(module, name), logger)
    elif not GIVEN:
        raise Refused(f"{os.path.basename(path)} names start, but has not called it when it is loaded")
    elif GIVEN.get("mode") != "proxy":
        loaded.predict = spirit_style(GIVEN["handler"], logger)
    return loaded


class Loaded:
    """What the file wants run: a function, or in proxy mode a server beside it."""

    def __init__(self, name, module):
        self.name = name
        self.instance = None
        self.predict = None
        modifier = getattr(module, "concurrency_modifier", None)
        self.concurrency = GIVEN.get("concurrency", getattr(module, "concurrency", 1))
        self.modifier = GIVEN.get("concurrency_modifier", modifier if callable(modifier) else None)
        self.base_url = GIVEN.get("base_url")
        self.check_start = GIVEN.get("check_start")


def find_named(loaded, found, logger):
    if not inspect.isclass(found):
        loaded.predict = spirit_style(found, logger) if is_spirit_style(found) else found
        return
    name = loaded.name
    wanted = getattr(found, "secrets", None)
    if isinstance(wanted, (list, tuple)):
        missing = [each for each in wanted if each not in os.environ]
        if missing:
            raise Refused(f"{name} needs the secrets {', '.join(missing)} in its environment: --env {missing[0]}")
        found.secrets = {each: os.environ[each] for each in wanted}
    loaded.instance = found()
    loaded.predict = loaded.instance.predict
`;
