import {
  chatRequest,
  resultMessage,
  unanswered,
  userMessage,
  type ToolResult,
} from "../chat/conversation.ts";
import { readAnswerSettings, saveParameters, type AnswerSettings } from "../chat/parameters.ts";
import { streamAnswer } from "../chat/stream-answer.ts";
import { createStore } from "../state/store.ts";
import { readStored, writeStored } from "../state/stored.ts";
import { newColumn, withModels, type Column } from "./columns.ts";
import { setVotes, votes, withVote } from "./votes.ts";

/** What the Compare page shows. It outlives the page, not the window. */
export interface Comparison {
  readonly columns: readonly Column[];
  readonly shared: AnswerSettings;
  /** The answer that was called the best, by its question's id. */
  readonly best: Readonly<Record<string, BestAnswer>>;
}

export interface BestAnswer {
  readonly messageId: string;
  readonly model: string;
}

export const comparison = createStore<Comparison>({
  columns: [],
  shared: readStored("compare-settings", readAnswerSettings),
  best: {},
});

/** Makes the columns those of these models; answers of columns that go are stopped. */
export function showModels(models: readonly string[]): void {
  const { columns } = comparison.get();
  const next = withModels(columns, models, () => crypto.randomUUID());
  if (next.length === columns.length && next.every((column, index) => column === columns[index])) return;
  for (const column of columns) if (!next.includes(column)) column.live?.stop();
  setColumns(next);
}

export function addColumn(model: string): void {
  setColumns([...comparison.get().columns, newColumn(model, crypto.randomUUID())]);
}

/** Returns what puts the column back where it was. */
export function removeColumn(id: string): () => void {
  const { columns } = comparison.get();
  const at = columns.findIndex((column) => column.id === id);
  const gone = columns[at];
  gone?.live?.stop();
  setColumns(columns.filter((column) => column.id !== id));
  return () => {
    if (gone === undefined) return;
    setColumns(comparison.get().columns.toSpliced(at, 0, { ...gone, live: undefined }));
  };
}

export function changeColumn(id: string, change: (column: Column) => Column): void {
  setColumns(comparison.get().columns.map((column) => (column.id === id ? change(column) : column)));
}

export function changeShared(change: Partial<AnswerSettings>): void {
  const now = comparison.get();
  const shared = { ...now.shared, ...change };
  comparison.set({ ...now, shared });
  writeStored("compare-settings", shared);
}

/** Asks every column at once; what becomes of one is nothing to the others. */
export function askAll(text: string): void {
  const question = userMessage(text, crypto.randomUUID(), Date.now());
  for (const { id } of comparison.get().columns) {
    changeColumn(id, (column) => ({ ...column, messages: [...column.messages, question] }));
    answer(id);
  }
}

export function answerAgain(id: string): void {
  const column = comparison.get().columns.find((one) => one.id === id);
  if (column === undefined || column.live !== undefined) return;
  const messages = unanswered(column.messages);
  const lost = column.messages.slice(messages.length);
  for (const [questionId, { messageId }] of Object.entries(comparison.get().best))
    if (lost.some((message) => message.id === messageId)) vote(questionId, undefined);
  changeColumn(id, (now) => ({ ...now, messages }));
  answer(id);
}

export function giveResults(id: string, results: readonly ToolResult[]): void {
  const given = results.map((result) => resultMessage(result, crypto.randomUUID(), Date.now()));
  changeColumn(id, (column) => ({ ...column, messages: [...column.messages, ...given] }));
  answer(id);
}

export function stopAll(): void {
  for (const { live } of comparison.get().columns) live?.stop();
}

/** Empties every column. Returns what brings everything back, but for what was still being written. */
export function forgetAnswers(): () => void {
  stopAll();
  const before = comparison.get();
  const emptied = before.columns.map((column) => ({ ...column, messages: [], live: undefined }));
  comparison.set({ ...before, columns: emptied, best: {} });
  return () => {
    stopAll();
    const columns = before.columns.map((column) => ({ ...column, live: undefined }));
    comparison.set({ ...comparison.get(), columns, best: before.best });
  };
}

/** Calls this answer the best that its question got, instead of any other; or none. */
export function vote(questionId: string, answered: BestAnswer | undefined): void {
  const now = comparison.get();
  const { [questionId]: before, ...others } = now.best;
  setVotes(withVote(votes.get(), before?.model, answered?.model));
  comparison.set({ ...now, best: answered === undefined ? others : { ...others, [questionId]: answered } });
}

function answer(id: string): void {
  const { columns, shared } = comparison.get();
  const column = columns.find((one) => one.id === id);
  if (column === undefined || column.live !== undefined) return;
  const { systemPrompt, parameters } = column.own ?? shared;
  const { model, messages } = column;
  const { live, message } = streamAnswer(
    model,
    chatRequest({ model, systemPrompt, parameters: saveParameters(parameters), messages: [...messages] }),
  );
  changeColumn(id, (now) => ({ ...now, live }));
  void message.then((whole) =>
    changeColumn(id, (now) =>
      // a column that was emptied meanwhile has nothing to do with it any more
      now.live === live ? { ...now, live: undefined, messages: [...now.messages, whole] } : now,
    ),
  );
}

function setColumns(columns: readonly Column[]): void {
  comparison.set({ ...comparison.get(), columns });
}
