import { createSocket } from "node:dgram";
import { isIP } from "node:net";

/** What it says of a name: other names and addresses, in that order. `silent`: nothing, ever. */
export type NameAnswer = readonly string[] | "silent";

export interface NameServer extends AsyncDisposable {
  /** `ADDRESS:PORT` */
  readonly address: string;
  /** Names, each as often as it was asked for. */
  readonly asked: readonly string[];
}

const types = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** A name server on this machine, which knows of no name but these. An answer that begins with names is a chain of them. */
export async function nameServer(known: Readonly<Record<string, NameAnswer>>): Promise<NameServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (question, { address, port }) => {
    const { name, type, end } = questionOf(question);
    asked.push(name);
    const answer = known[name];
    if (answer === "silent") return;
    const records = recordsOf(name, answer ?? [], type);
    const head = Buffer.from(question.subarray(0, 12));
    // an answer, recursion is available; no such name
    head.writeUInt16BE(answer === undefined ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(records.length, 6);
    head.fill(0, 8);
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionOf(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function recordsOf(name: string, answer: readonly string[], asked: number): Buffer[] {
  let owner = name;
  return answer.flatMap((part) => {
    const bytes = addressBytes(part);
    if (bytes === undefined) {
      const record = recordOf(owner, types.CNAME, nameBytes(part));
      owner = part;
      return [record];
    }
    const type = bytes.length === 4 ? types.A : types.AAAA;
    return type === asked ? [recordOf(owner, type, bytes)] : [];
  });
}

function recordOf(owner: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(owner), fixed, data]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([...labels, Buffer.alloc(1)]);
}

/** `undefined`: it is a name. */
function addressBytes(text: string): Buffer | undefined {
  switch (isIP(text)) {
    case 4:
      return Buffer.from(text.split(".").map(Number));
    case 6: {
      // which writes what is IPv4 in it as the rest
      const plain = new URL(`http://[${text}]`).hostname.slice(1, -1);
      const [before = [], after = []] = plain
        .split("::")
        .map((part) => (part === "" ? [] : part.split(":")))
        .map((part) => part.map((group) => group.padStart(4, "0")));
      const between = Array<string>(8 - before.length - after.length).fill("0000");
      return Buffer.from([...before, ...between, ...after].join(""), "hex");
    }
    default:
      return undefined;
  }
}
