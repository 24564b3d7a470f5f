/** Functions that are asked as `handler(request, env)`. */
export const spiritStyle = String.raw`
def is_spirit_style(function):
    parameters = list(inspect.signature(function).parameters.values())
    names = [each.name for each in parameters]
    plain = (inspect.Parameter.empty, dict, typing.Dict, "dict", "Dict", "Dict[str, Any]", "dict[str, Any]")
    first = parameters[0].annotation if parameters else None
    is_plain = first in plain or typing.get_origin(first) is dict
    return names in (["request"], ["request", "env"]) and is_plain


def spirit_style(function, logger):
    """request is the body, or {"input": body}; request["meta"]["requestID"] is there unless the caller has a meta of his own."""
    from fastapi import Body

    count = len(inspect.signature(function).parameters)

    def arguments(body):
        request = dict(body) if isinstance(body, dict) and "input" in body else {"input": body}
        request.setdefault("meta", {"requestID": request_id()})
        return [request, Env(logger)][:count]

    def describe(wrapper):
        parameter = inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, default=Body(None), annotation=typing.Any)
        wrapper.__signature__ = inspect.Signature([parameter])
        return wrapper

    if inspect.isasyncgenfunction(function):
        async def wrapper(body):
            async for value in function(*arguments(body)):
                yield value
    elif inspect.isgeneratorfunction(function):
        def wrapper(body):
            yield from function(*arguments(body))
    elif inspect.iscoroutinefunction(function):
        async def wrapper(body):
            return await function(*arguments(body))
    else:
        def wrapper(body):
            return function(*arguments(body))
    return describe(wrapper)
`;
