/** A process that writes as fast as it can and says what it was promised: `node write-until-killed.ts DB ROUND`. */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../sqlite/open.ts";
import { conversation, serviceRow } from "./rows.ts";

const [path = "", round = ""] = process.argv.slice(2);
const { services, conversations } = await openSqliteStore({ path });
const promised = (line: string): void => void writeSync(1, `${line}\n`);

for (let index = 0; ; index += 1) {
  const id = `s${round}-${index}`;
  const event = { serviceId: id, at: index, status: "SUBMITTED", message: "", evidence: {} } as const;
  const row = serviceRow({ id, name: id, port: null });
  await services.insertService(row, event);
  promised(`service ${id} 1`);
  await services.putService({ ...row, attempt: 1 }, [event, event]);
  promised(`service ${id} 2`);
  await conversations.putConversation(conversation({ id, systemPrompt: "x".repeat(10_000) }));
  promised(`conversation ${id} 0`);
  if (index % 3 === 0) {
    await services.deleteService(id);
    promised(`deleted ${id} 0`);
  }
}
