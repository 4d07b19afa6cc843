import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "@loa/controller/config";
import { expect, onTestFinished, test } from "vitest";

const page = readFileSync(path.join(import.meta.dirname, "../docs/hardware.md"), "utf8").replace(
  / +\|/g,
  " |",
);

test("the station.yaml of docs/hardware.md is a valid configuration, wired by the page's pin map", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "loa-hardware-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "station.yaml");
  writeFileSync(file, (/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "").replace(/^ {3}/gm, ""));
  const { station, board } = readConfig(file, {});
  expect(station).toBe("yen-thanh-01");
  const digital: [number | null, string][] = [
    [board.amplifierPin, "amplifier's mains relay"],
    [board.heartbeatPin, "heartbeat"],
    [board.doorPin, "cabinet door"],
    [board.buttonPin, "local alarm button"],
    ...board.zones.map(({ relayPin, zone }): [number, string] => [relayPin, `relay of zone \`${zone}\``]),
  ];
  for (const [pin, what] of digital) expect(page).toMatch(new RegExp(`\\| D${pin} \\| \\w+ \\| ${what} \\|`));
  const { outputVolts, mainsVolts, batteryVolts, temperature, zones } = board;
  for (const scale of [outputVolts, mainsVolts, batteryVolts, temperature, ...zones.map(({ amps }) => amps)])
    expect(page).toMatch(
      new RegExp(
        `\\| A${scale?.channel} .* = ${String(scale?.atZero).replace("-", "−")} to ${scale?.atFull} `,
      ),
    );
});
