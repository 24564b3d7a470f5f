async def handler(request, env):
    count = request["input"]["count"]
    for number in range(count):
        env.progress(number, count)
        yield {"number": number, "id": request["meta"]["requestID"]}
