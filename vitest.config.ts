import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], testTimeout: number, exclude: string[] = []) => ({
  test: { name, include, exclude: ["**/node_modules/**", ...exclude], testTimeout, hookTimeout: 120_000 },
});

/** Scenarios that weigh every hundredth of a second, or fill the machine. */
const ALONE = ["announcement", "alsa", "fleet", "fleet-alert", "live"].map(
  (name) => `tests/scenarios/${name}.test.ts`,
);

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project("unit", ["*/src/**/*.test.ts", "tests/*.test.ts"], 20_000, ["**/*.realtime.test.ts"]),
      // Real processes on real time: one file at a time, so that tests do not steal each other's processor.
      project("realtime", ["*/src/**/*.realtime.test.ts"], 60_000),
      project("conformance", ["tests/conformance/**/*.test.ts"], 60_000),
      project("scenarios", ALONE, 180_000),
      // These bear a neighbour: two files at a time.
      project(
        "robustness",
        ["tests/robustness/**/*.test.ts", "tests/scenarios/**/*.test.ts"],
        180_000,
        ALONE,
      ),
      project("browser", ["tests/browser/**/*.test.ts"], 180_000),
      project("chaos", ["tests/chaos/**/*.test.ts"], 3_600_000),
    ],
  },
});
