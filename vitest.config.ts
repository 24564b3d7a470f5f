import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/**/*.test.ts",
            "apps/*/src/**/*.test.{ts,tsx}",
            "tools/**/*.test.ts",
            "models/**/*.test.ts",
          ],
          testTimeout: 30_000,
          // by default one core is left to whoever waits
          maxWorkers: "100%",
          // no test here changes what is everybody's: one start of Node serves many files
          isolate: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          exclude: ["e2e/slurm/**", "e2e/long/**", "e2e/**/*.long.test.ts", "**/node_modules/**"],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "slurm",
          include: ["e2e/slurm/**/*.test.ts"],
          exclude: ["e2e/**/*.long.test.ts", "**/node_modules/**"],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "long",
          include: ["e2e/long/**/*.test.ts", "e2e/**/*.long.test.ts"],
          testTimeout: 3_600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
