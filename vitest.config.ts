import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** So long a test waits for what is to come. A busy machine is slow, but what has not come by then will not come. */
const PATIENCE_MS = 15_000;
const ENOUGH_MS = 180_000;

interface Files {
  readonly include: string[];
  readonly exclude?: string[];
  /** How many files run beside each other. Those that weigh every hundredth of a second, or fill the machine, run alone. */
  readonly atOnce: number;
  readonly testTimeout?: number;
  /** Runs once before all files. */
  readonly globalSetup?: string;
}

const project = (
  name: string,
  { include, exclude = [], atOnce, testTimeout = ENOUGH_MS, globalSetup = "" }: Files,
  groupOrder: number,
) => ({
  test: {
    name,
    include,
    exclude: ["**/node_modules/**", ...exclude],
    testTimeout,
    hookTimeout: 120_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    ...{ maxWorkers: atOnce, sequence: { groupOrder } },
    ...(globalSetup !== "" && { globalSetup }),
  },
});

/** Sound that feels every neighbour: out of the audio process, and out of whole stations. */
const ENGINE = "controller/src/audio/engine.realtime.test.ts";
const ALONE = ["alert", "announcement", "alsa", "hub-away", "live", "pole"].map(
  (name) => `tests/scenarios/${name}.test.ts`,
);

/**
 * Files that take longest, in this order. Begun first, they do not run on alone when all others are through. Fleets fill the machine, and
 * come first beside each other: they weigh no sound.
 */
const LONGEST = [
  ...["conformance/board-adapter-firmware", "conformance/board-adapter-simulator"],
  ...["scenarios/fleet-alert", "scenarios/fleet"],
  ...["robustness/slow-line", "robustness/kill-nine", "scenarios/cap", "robustness/alert-order"],
  ...["browser/emergency", "browser/administration", "browser/dashboard"],
].map((name) => `/tests/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

const PROJECTS: Record<string, Files> = {
  unit: {
    include: ["*/src/**/*.test.ts", "tests/*.test.ts"],
    exclude: ["**/*.realtime.test.ts"],
    ...{ atOnce: 2, testTimeout: 20_000 },
  },
  realtime: { include: [ENGINE], atOnce: 1, testTimeout: 60_000 },
  conformance: {
    include: ["tests/conformance/**/*.test.ts", "*/src/**/*.realtime.test.ts"],
    exclude: [ENGINE],
    ...{ atOnce: 2, testTimeout: 60_000 },
  },
  scenarios: { include: ALONE, atOnce: 1 },
  robustness: {
    include: ["tests/robustness/**/*.test.ts", "tests/scenarios/**/*.test.ts"],
    ...{ exclude: ALONE, atOnce: 2 },
  },
  browser: {
    include: ["tests/browser/**/*.test.ts"],
    ...{ atOnce: 2, globalSetup: "tests/harness/built-dashboard.ts" },
  },
  chaos: { include: ["tests/chaos/**/*.test.ts"], atOnce: 1, testTimeout: 3_600_000 },
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: Object.entries(PROJECTS).map(([name, files], place) => project(name, files, place)),
  },
});
