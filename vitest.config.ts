import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], testTimeout: number, exclude: string[] = []) => ({
  test: { name, include, exclude: ["**/node_modules/**", ...exclude], testTimeout, hookTimeout: 120_000 },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project("unit", ["*/src/**/*.test.ts", "tests/*.test.ts"], 20_000, ["**/*.realtime.test.ts"]),
      // Real processes on real time: one file at a time, so that tests do not steal each other's processor.
      project("realtime", ["*/src/**/*.realtime.test.ts"], 60_000),
      project("conformance", ["tests/conformance/**/*.test.ts"], 60_000),
      project("scenarios", ["tests/scenarios/**/*.test.ts"], 180_000),
      // These bear a neighbour: two files at a time.
      project("robustness", ["tests/robustness/**/*.test.ts"], 180_000),
      project("browser", ["tests/browser/**/*.test.ts"], 180_000),
      project("chaos", ["tests/chaos/**/*.test.ts"], 3_600_000),
    ],
  },
});
