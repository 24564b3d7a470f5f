/** What a handler's source says, without running it. */
export const facts = String.raw`
def read_facts(name, text, class_name):
    try:
        tree = ast.parse(text, filename=name)
    except SyntaxError as error:
        raise Refused(f"{name}, line {error.lineno}: {error.msg}: {(error.text or '').strip()}")
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    named = {node.name for node in tree.body if isinstance(node, functions)}

    def has_predict(node):
        if any(isinstance(each, functions) and each.name == "predict" for each in node.body):
            return True
        parents = [classes.get(getattr(base, "id", None)) for base in node.bases]
        return any(parent is not None and has_predict(parent) for parent in parents)

    able = [each for each, node in classes.items() if has_predict(node)]
    if class_name is None and calls_start(tree):
        pass
    elif class_name is None:
        own = able or [each for each in ("handler", "predict") if each in named][:1]
        if len(own) != 1:
            seen = ", ".join(own)
            raise Refused(
                f"{name} has several classes with predict: {seen}; name one of them, as {name}:{own[0]}" if own
                else f"{name} has no handler: write a class with a method predict, or a function handler(request, env), "
                "or call start"
            )
        class_name = own[0]
    elif class_name in classes and class_name not in able:
        raise Refused(f"class {class_name} of {name} has no method predict, which answers POST /predict")
    elif class_name not in classes and class_name not in named:
        seen = ", ".join([*able, *sorted(named)]) or "nothing of the kind"
        raise Refused(f"{name} has no class or function {class_name}; it has: {seen}")
    # of a function, and of what start is given, the file says what it needs
    node = classes.get(class_name, tree)
    used = {getattr(each, "id", None) for each in ast.walk(tree) if isinstance(each, ast.Name)}
    return {
        "className": class_name,
        "requirements": read_list(name, node, "python_requirements"),
        "systemDependencies": read_list(name, node, "system_dependencies"),
        "takesForms": bool(used & {"UploadFile", "Form", "File"}),
    }


def calls_start(tree):
    """Whether it says by start({...}) what is to be run. Which function that is, is known once the file has run."""
    nodes = list(ast.walk(tree))
    imported = [each for each in nodes if isinstance(each, ast.ImportFrom) and each.module == "berth_worker"]
    own = {alias.asname or alias.name for each in imported for alias in each.names if alias.name == "start"}
    called = [each.func for each in nodes if isinstance(each, ast.Call)]
    return any(isinstance(each, ast.Name) and each.id in own for each in called)


def read_list(name, node, attribute):
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if not any(getattr(target, "id", None) == attribute for target in targets) or statement.value is None:
            continue
        try:
            value = ast.literal_eval(statement.value)
        except ValueError:
            value = None
        if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
            raise Refused(
                f"{name}, line {statement.lineno}: {attribute} is read before the file runs: "
                "write it as a plain list of strings"
            )
        return list(value)
    return []


def check():
    order = json.load(sys.stdin)
    try:
        told = {"ok": True, **read_facts(order["name"], order["text"], order.get("className"))}
    except Refused as error:
        told = {"ok": False, "reason": str(error)}
    print(json.dumps(told))
`;
