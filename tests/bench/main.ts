import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { machine, renderTable, spread } from "../../scripts/bench-report.ts";
import type { Bench, Row } from "./bench.ts";

/** Each other file beside this one is a bench of that name; it exports a `Bench` under that name. What benches share stands in folders. */
const NOT_BENCHES = ["main.ts", "bench.ts"];
const RESULTS = path.resolve(import.meta.dirname, "../../bench-results.json");

interface Result {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly failed?: string;
}

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !NOT_BENCHES.includes(file))
  .map((file) => path.basename(file, ".ts"))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `no bench named ${unknown.join(", ")}; there are: ${known.join(", ") || "none yet"}\n`,
  );
  process.exit(2);
}

const facts = machine();
process.stdout.write(`${facts.cpu}, ${facts.cores} cores, Node ${facts.node}\n`);
const results: Result[] = [];
for (const name of wanted.length > 0 ? wanted : known) results.push(await measure(name));
write(results);
if (results.some(({ failed }) => failed)) process.exitCode = 1;

async function measure(name: string): Promise<Result> {
  process.stdout.write(`\n${name}\n`);
  try {
    const module: Record<string, Bench | undefined> = await import(
      path.join(import.meta.dirname, `${name}.ts`)
    );
    const rows = await benchOf(module, name).run();
    process.stdout.write(`${renderTable(rows)}\n`);
    return { name, rows };
  } catch (error) {
    process.stdout.write(`did not run: ${error instanceof Error ? error.stack : error}\n`);
    return { name, rows: [], failed: String(error) };
  }
}

function benchOf(module: Record<string, Bench | undefined>, name: string): Bench {
  const bench = module[name];
  if (!bench) throw new Error(`tests/bench/${name}.ts does not export ${name}`);
  return bench;
}

function write(all: readonly Result[]): void {
  const benches = all.map(({ rows, ...rest }) => ({
    ...rest,
    rows: rows.map((row) => ({ ...row, ...spread(row.values) })),
  }));
  const report = { machine: facts, date: new Date().toISOString(), benches };
  writeFileSync(RESULTS, `${JSON.stringify(report, null, 2)}\n`);
}
