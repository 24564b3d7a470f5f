import type { Lab } from "@berth/e2e/slurm-lab";
import { median } from "../figures.ts";

/** Opens a TCP connection, which takes one round trip, again and again by the laptop's network. Prints milliseconds, a line each. */
const handshakes = `
import re, socket, sys, time
host = re.search(r"^Host login$\\s+HostName (\\S+)", open(sys.argv[1]).read(), re.M).group(1)
for _ in range(41):
    begun = time.perf_counter()
    socket.create_connection((host, 22)).close()
    print((time.perf_counter() - begun) * 1000)
    time.sleep(0.02)
`;

/** What the cable between the laptop and the login node really takes, there and back, in milliseconds (median). */
export function roundTripMs(lab: Lab): number {
  const said = lab.exec("laptop", ["python3", "-c", handshakes, lab.sshConfig]);
  return median(said.trim().split("\n").map(Number));
}
