import { writeFileSync } from "node:fs";
import path from "node:path";
import { GENERATED } from "./docs/generated.ts";

/** Writes the generated pages of docs/. Tests compare them with what is committed. */
for (const { file, render } of GENERATED) {
  writeFileSync(path.join(import.meta.dirname, "..", file), await render());
  process.stderr.write(`${file}\n`);
}
