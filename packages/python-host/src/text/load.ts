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
    found = getattr(module, name)
    if not inspect.isclass(found):
        return name, None, spirit_style(found, logger) if is_spirit_style(found) else found
    wanted = getattr(found, "secrets", None)
    if isinstance(wanted, (list, tuple)):
        missing = [each for each in wanted if each not in os.environ]
        if missing:
            raise Refused(f"{name} needs the secrets {', '.join(missing)} in its environment: --env {missing[0]}")
        found.secrets = {each: os.environ[each] for each in wanted}
    instance = found()
    return name, instance, instance.predict
`;
