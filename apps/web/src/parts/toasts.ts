import { createStore } from "../state/store.ts";

/** A short remark in the corner: something was done, and perhaps can be undone. */
export interface ToastContent {
  readonly title: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface ToastItem extends ToastContent {
  readonly id: number;
}

export const toasts = createStore<readonly ToastItem[]>([]);
let serial = 0;

export function toast(content: ToastContent): void {
  serial += 1;
  // older remarks give way: three are as many as anybody reads
  toasts.set([...toasts.get(), { ...content, id: serial }].slice(-3));
}

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}
