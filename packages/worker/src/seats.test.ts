import { expect, test } from "vitest";
import { Seats } from "./seats.ts";

const patient = new AbortController().signal;

test("whoever waits is seated in turn, as soon as somebody leaves", async () => {
  const seats = new Seats({ concurrency: 1 });
  const seated: number[] = [];
  const guests = [1, 2, 3].map(async (guest) => {
    await seats.sit(patient);
    seated.push(guest);
  });
  await guests[0];
  expect([seats.taken, await seats.free(), seated]).toEqual([1, 0, [1]]);
  seats.leave();
  await guests[1];
  seats.leave();
  await guests[2];
  expect(seated).toEqual([1, 2, 3]);
});

test("a modifier may take its time: it is asked before each is seated, with what was allowed before", async () => {
  const asked: number[] = [];
  const seats = new Seats({
    concurrencyModifier: async (current) => {
      asked.push(current);
      return Promise.resolve(current + 1);
    },
  });
  await Promise.all([seats.sit(patient), seats.sit(patient)]);
  expect([seats.taken, await seats.free()]).toEqual([2, 2]);
  expect(asked).toEqual([1, 2, 3]);
});

test("a modifier that fails allows one", async () => {
  const seats = new Seats({ concurrency: 9, concurrencyModifier: () => Promise.reject(new Error("no")) });
  expect(await seats.free()).toBe(1);
});

test("who goes away while he waits leaves his place to the next", async () => {
  const seats = new Seats({ concurrency: 1 });
  const gone = new AbortController();
  await seats.sit(patient);
  const first = seats.sit(gone.signal);
  const second = seats.sit(patient);
  gone.abort(new Error("gone"));
  await expect(first).rejects.toThrow("gone");
  seats.leave();
  await second;
  expect(seats.taken).toBe(1);
});
