import os
import urllib.request

from berth_worker import start

base_url = os.environ["UPSTREAM"]


async def check_start():
    return urllib.request.urlopen(f"{base_url}/started").status == 200


start({"mode": "proxy", "base_url": base_url, "check_start": check_start})
