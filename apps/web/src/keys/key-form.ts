import type { Budget, Key, KeyLimits, Scope } from "@berth/api";
import type { Client } from "@berth/client";
import { given } from "../api/given.ts";
import { numberText, readNumber } from "../format/read-number.ts";

type CreateKey = Parameters<Client["createKey"]>[0]["body"];
type UpdateKey = Parameters<Client["updateKey"]>[0]["body"];

export interface BudgetRow {
  readonly id: string;
  readonly period: Budget["period"];
  readonly unit: Budget["unit"];
  readonly amount: string;
}

/** What stands in the dialog's fields. */
export interface KeyForm {
  readonly name: string;
  readonly scope: Scope;
  readonly models: string;
  /** Seconds, `never`, or `keep` for what it is. */
  readonly lifetime: string;
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly parallel: string;
  readonly budgets: readonly BudgetRow[];
  readonly tags: string;
  readonly owner: string;
  readonly logBodies: boolean;
}

export const blankKeyForm: KeyForm = {
  name: "",
  scope: "inference",
  models: "",
  lifetime: "never",
  requestsPerMinute: "",
  tokensPerMinute: "",
  parallel: "",
  budgets: [],
  tags: "",
  owner: "",
  logBodies: false,
};

/** The form of a key as it is. */
export function keyForm({ name, scopes, models, limits, tags, owner, logBodies }: Key): KeyForm {
  return {
    name,
    scope: scopeOf(scopes),
    models: models?.join(" ") ?? "",
    lifetime: "keep",
    requestsPerMinute: numberText(limits.requestsPerMinute),
    tokensPerMinute: numberText(limits.tokensPerMinute),
    parallel: numberText(limits.parallel),
    budgets: (limits.budgets ?? []).map(({ period, unit, amount }, index) => ({
      id: String(index),
      period,
      unit,
      amount: String(amount),
    })),
    tags: tags.join(" "),
    owner: owner ?? "",
    logBodies,
  };
}

/** The key that the form describes; what was left empty is left out. */
export function keySpec(form: KeyForm): CreateKey {
  const models = words(form.models);
  const tags = words(form.tags);
  const limits = limitsOf(form);
  const isAdmin = form.scope === "admin";
  return {
    name: form.name.trim(),
    scopes: scopesOf[form.scope],
    ...(isAdmin || models.length === 0 ? {} : { models }),
    ...(form.lifetime === "never" ? {} : { expiresInSeconds: Number(form.lifetime) }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(form.owner.trim() === "" ? {} : { owner: form.owner.trim() }),
    ...(form.logBodies ? { logBodies: true } : {}),
  };
}

/** What the form says in place of the key's present values; a field that was emptied takes its value away. */
export function keyChange(form: KeyForm): UpdateKey {
  const models = words(form.models);
  return {
    name: form.name.trim(),
    // a key for everything has no list of models
    ...(form.scope === "admin" ? {} : { models: models.length === 0 ? null : models }),
    ...(form.lifetime === "keep"
      ? {}
      : { expiresInSeconds: form.lifetime === "never" ? null : Number(form.lifetime) }),
    limits: limitsOf(form),
    tags: words(form.tags),
    owner: form.owner.trim() === "" ? null : form.owner.trim(),
    logBodies: form.logBodies,
  };
}

/** A worker takes jobs and leaves results, and may call models for them. */
const scopesOf: Record<Scope, Scope[]> = {
  admin: ["admin", "inference"],
  worker: ["worker", "inference"],
  inference: ["inference"],
};

/** The most that a key may. */
function scopeOf(scopes: readonly Scope[]): Scope {
  return scopes.includes("admin") ? "admin" : scopes.includes("worker") ? "worker" : "inference";
}

function limitsOf(form: KeyForm): KeyLimits {
  const budgets = form.budgets.flatMap(({ period, unit, amount }) => {
    const value = readNumber(amount);
    return value === undefined ? [] : [{ period, unit, amount: value }];
  });
  return given({
    requestsPerMinute: readNumber(form.requestsPerMinute),
    tokensPerMinute: readNumber(form.tokensPerMinute),
    parallel: readNumber(form.parallel),
    budgets: budgets.length === 0 ? undefined : budgets,
  });
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
