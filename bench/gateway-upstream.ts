/** The fastest upstream Node can be: fixed bytes on a raw socket, no HTTP read beyond the request's end. */
import { createServer, type AddressInfo } from "node:net";
import { answerBody, requestBytes } from "./gateway-request.ts";

const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(answerBody)}\r\n\r\n${answerBody}`,
);
const event = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "word " } }] })}\n\n`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const streamHead = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${chunk(event)}`,
);
const streamRest = Buffer.from(`${chunk(event).repeat(49)}${chunk("data: [DONE]\n\n")}0\r\n\r\n`);
const maxRequestBytes = 2 * requestBytes(true).length;

const server = createServer({ noDelay: true }, (socket) => {
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    const headEnd = text.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1]);
    if (headEnd === -1 || text.length < headEnd + 4 + length) {
      if (text.length > maxRequestBytes) socket.destroy();
      return;
    }
    const streams = text.includes('"stream":true', headEnd);
    text = "";
    if (!streams) {
      socket.write(whole);
      return;
    }
    socket.write(streamHead);
    setImmediate(() => socket.write(streamRest));
  });
});
// the runner says where a service's command listens
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log((server.address() as AddressInfo).port);
});
