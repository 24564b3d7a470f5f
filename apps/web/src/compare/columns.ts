import type { ChatMessage } from "@berth/api";
import type { ModelToCall } from "../chat/models-to-call.ts";
import type { AnswerSettings } from "../chat/parameters.ts";
import type { LiveAnswer } from "../chat/stream-answer.ts";

export const fewestColumns = 2;
export const mostColumns = 6;

/** One model of a comparison, with the conversation that it alone has had. */
export interface Column {
  readonly id: string;
  readonly model: string;
  /** Instead of the settings that the others share. */
  readonly own: AnswerSettings | undefined;
  readonly messages: readonly ChatMessage[];
  /** The answer that is being written. */
  readonly live: LiveAnswer | undefined;
}

/** One question and what came of it in each column that was asked. */
export interface Round {
  /** The question, as the first column has it. */
  readonly question: ChatMessage;
  readonly answers: readonly { readonly column: Column; readonly messages: readonly ChatMessage[] }[];
}

export function newColumn(model: string, id: string): Column {
  return { id, model, own: undefined, messages: [], live: undefined };
}

/** The models that an address names, one a column: `pilot,gpt-4o`. */
export function namedModels(word: string | undefined): readonly string[] {
  const names = (word ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name !== "").slice(0, mostColumns);
}

export function addressWord(columns: readonly Column[]): string {
  return columns.map(({ model }) => model).join(",");
}

/** Those who answer, each once: a model's own name is left out where a service of it is named. */
export function answerers(models: readonly ModelToCall[]): readonly ModelToCall[] {
  return models.filter(
    ({ name, model }) => model !== undefined || !models.some((other) => other.model === name),
  );
}

/** Who a further column asks: one that no column asks yet and that answers now, where there is one. */
export function nextModel(taken: readonly string[], models: readonly ModelToCall[]): string | undefined {
  const all = answerers(models);
  const free = all.filter(({ name }) => !taken.includes(name));
  const answersNow = ({ status }: ModelToCall): boolean => status === "HEALTHY";
  return (free.find(answersNow) ?? free[0] ?? all.find(answersNow) ?? all[0])?.name;
}

/** The names, and as many more as make the fewest columns; fewer only where nothing can be called. */
export function enoughModels(names: readonly string[], models: readonly ModelToCall[]): readonly string[] {
  if (names.length >= fewestColumns) return names;
  const next = nextModel(names, models) ?? names[0];
  return next === undefined ? names : enoughModels([...names, next], models);
}

/** Columns of these models in this order: those that are there with what they have said, and new ones. */
export function withModels(
  columns: readonly Column[],
  names: readonly string[],
  newId: () => string,
): readonly Column[] {
  const rest = [...columns];
  return names.map((name) => {
    const at = rest.findIndex(({ model }) => model === name);
    return rest.splice(at, at === -1 ? 0 : 1)[0] ?? newColumn(name, newId());
  });
}

/** The questions in the order in which they were asked. A question has the same id in every column that heard it. */
export function roundsOf(columns: readonly Column[]): readonly Round[] {
  const rounds = new Map<string, { question: ChatMessage; answers: Round["answers"][number][] }>();
  for (const column of columns) {
    for (const { question, messages } of exchanges(column.messages)) {
      const round = rounds.get(question.id) ?? { question, answers: [] };
      round.answers.push({ column, messages });
      rounds.set(question.id, round);
    }
  }
  return [...rounds.values()].toSorted((a, b) => a.question.createdAt - b.question.createdAt);
}

/** A conversation cut before each question. */
export function exchanges(
  messages: readonly ChatMessage[],
): readonly { readonly question: ChatMessage; readonly messages: readonly ChatMessage[] }[] {
  const found: { question: ChatMessage; messages: ChatMessage[] }[] = [];
  for (const message of messages) {
    if (message.role === "user") found.push({ question: message, messages: [] });
    else found.at(-1)?.messages.push(message);
  }
  return found;
}
