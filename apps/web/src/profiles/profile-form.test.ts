import type { Profile } from "@berth/api";
import { expect, test } from "vitest";
import { blankProfileForm, profileChange, profileForm, profileSpec } from "./profile-form.ts";

const slurm = {
  ...blankProfileForm,
  schema: "slurm" as const,
  name: "della",
  home: " ~/.berth ",
  cache: "/scratch/models",
  host: "della",
  partition: "gpu",
};

test("what was left empty is left out of a new profile", () => {
  expect(profileSpec(slurm)).toEqual({
    schema: "slurm",
    home: "~/.berth",
    cache: "/scratch/models",
    host: "della",
    partition: "gpu",
  });
});

test("a local profile has directories and nothing of a cluster", () => {
  expect(profileSpec({ ...slurm, schema: "local" })).toEqual({
    schema: "local",
    home: "~/.berth",
    cache: "/scratch/models",
  });
});

test("a field that was emptied takes its value away", () => {
  expect(profileChange(slurm)).toMatchObject({ host: "della", partition: "gpu", account: null, setup: null });
  expect(profileChange({ ...slurm, schema: "local" })).toEqual({
    home: "~/.berth",
    cache: "/scratch/models",
  });
});

test("a profile's form gives the profile again", () => {
  const profile: Profile = {
    id: "della",
    name: "della",
    default: false,
    status: "ready",
    statusReason: null,
    schema: "slurm",
    home: "/home/ada/.berth",
    cache: "/scratch/models",
    slurm: { host: "della", user: "ada", time: "01:00:00", runtime: "apptainer" },
    connection: null,
  };
  expect(profileSpec(profileForm(profile))).toEqual({
    schema: "slurm",
    home: profile.home,
    cache: profile.cache,
    ...profile.slurm,
  });
});
