import { createServer } from "node:net";
import type { PortProbe } from "@berth/control";
import { portHolder } from "@berth/std/port-holder";

/** Asks the machine itself: a port is free when both loopbacks let it be bound. */
export const systemPortProbe: PortProbe = {
  isFree: async (port) => (await canBind("127.0.0.1", port)) && (await canBind("::1", port)),
  holder: async (port) => {
    const holder = await portHolder(port);
    return holder === undefined ? undefined : `${holder.command} (pid ${holder.pid})`;
  },
};

function canBind(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody there to hold the port.
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code !== "EADDRINUSE" && error.code !== "EACCES"),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
