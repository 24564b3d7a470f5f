/** From an order to the environment's Python. */
export const begin = String.raw`
def serve(config_path, socket_path):
    config = read_config(config_path)
    waiting = Waiting(socket_path)
    with open(config["file"], encoding="utf-8") as file:
        facts = read_facts(os.path.basename(config["file"]), file.read(), config["className"])
    see_to_system([*facts["systemDependencies"], *config["systemDependencies"]], config["isContained"], waiting.say)
    forms = ["python-multipart"] if facts["takesForms"] else []
    wanted = [*OWN_REQUIREMENTS, *forms, *facts["requirements"], *config["requirements"]]
    python = make_environment(wanted, config["environments"], waiting.say, "workerSecret" in config)
    waiting.end()
    os.execv(python, [python, os.path.abspath(__file__), "run", config_path, socket_path])


def contained(socket_path):
    import urllib.request

    order = json.loads(base64.b64decode(os.environ.pop("BERTH_HANDLER")))
    source, folder = order.pop("source"), os.path.dirname(os.path.abspath(__file__))
    # the handler's file may be called as this one is
    os.makedirs(os.path.join(folder, "handler"), exist_ok=True)
    file = source.get("path") or os.path.join(folder, "handler", source.get("name", "handler.py"))
    if source["kind"] == "text":
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(source["text"])
    elif source["kind"] == "url":
        urllib.request.urlretrieve(source["url"], file)
    config_path = os.path.join(folder, "host.json")
    with open(config_path, "w", encoding="utf-8") as opened:
        environments = os.path.join(folder, "environments")
        json.dump({**order, "file": file, "environments": environments, "isContained": True}, opened)
    serve(config_path, socket_path)


def read_config(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
`;
