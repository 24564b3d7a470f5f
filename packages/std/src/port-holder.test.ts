import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { portHolder } from "./port-holder.ts";

test.runIf(process.platform === "linux")(
  "names the process that listens, and nobody once it has closed",
  async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await portHolder(port)).toMatchObject({ pid: process.pid });
    await new Promise((resolve) => server.close(resolve));
    expect(await portHolder(port)).toBeUndefined();
  },
);
