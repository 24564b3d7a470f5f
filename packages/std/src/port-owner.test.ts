import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { describe, expect, test } from "vitest";
import { portOwner } from "./port-owner.ts";

async function listening(host: string, port = 0): Promise<Server> {
  const server = createServer().listen({ host, port, ipv6Only: host.includes(":") });
  await once(server, "listening");
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Another user's program that listens there until it is killed. */
async function strangerOn(host: string, port: number) {
  const script = `require("net").createServer().listen({ host: "${host}", port: ${port}, ipv6Only: true }, () => console.log("up"))`;
  const words = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, "-e", script];
  const child = spawn("setpriv", words, { cwd: "/", stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

describe.runIf(process.platform === "linux")("on Linux", () => {
  test.each(["127.0.0.1", "0.0.0.0"])("a port that this user listens on at %s is ours", async (host) => {
    const server = await listening(host);
    expect(await portOwner("127.0.0.1", portOf(server))).toBe("ours");
    server.close();
  });

  test("a port that nobody listens on is nobody's, and another machine's is unknown", async () => {
    const server = await listening("127.0.0.1");
    const port = portOf(server);
    const other = await listening("127.0.0.1");
    server.close();
    await once(server, "close");
    expect(await portOwner("127.0.0.1", port)).toBe("nobody");
    expect(await portOwner("192.0.2.1", port)).toBe("unknown");
    other.close();
  });

  test("many who ask at once are each told what is so at that moment", async () => {
    const servers: Server[] = [];
    for (let count = 0; count < 20; count += 1) {
      const server = await listening("127.0.0.1");
      servers.push(server);
      void portOwner("127.0.0.1", portOf(server));
      expect(await portOwner("127.0.0.1", portOf(server))).toBe("ours");
    }
    const ports = servers.map(portOf);
    const owners = await Promise.all(ports.map((port) => portOwner("127.0.0.1", port)));
    expect(new Set(owners)).toEqual(new Set(["ours"]));
    for (const server of servers) server.close();
  });

  test.runIf(process.getuid?.() === 0)(
    "another user's port is foreign, and takes nothing from ours on the other loopback",
    async () => {
      const server = await listening("127.0.0.1");
      const port = portOf(server);
      await using _ = await strangerOn("::1", port);
      expect(await portOwner("127.0.0.1", port)).toBe("ours");
      expect(await portOwner("::1", port)).toBe("foreign");
      server.close();
    },
  );
});
