import { readFileSync } from "node:fs";
import { LoaError } from "@loa/kernel/errors";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const strict = { additionalProperties: false };

/** One station of the stations file. */
export const SimStation = Type.Object(
  {
    stationId: Type.String({
      pattern: "^[a-z0-9-]{2,32}$",
      description: "2 to 32 of a-z, 0-9 and dash",
    }),
    zones: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: "^[a-z0-9-]{1,32}$", description: "Name of the speaker line" }),
          horns: Type.Integer({ minimum: 1, maximum: 50, description: "Horns as commissioned" }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 2, description: "In the order of the relays on D6 and D7" },
    ),
    crystalPpm: Type.Optional(
      Type.Number({
        minimum: -500,
        maximum: 500,
        description: "Error of the sound card's crystal; from the station id when absent",
      }),
    ),
    warmUpMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 60_000, description: "Supply to sound of the amplifier, ms" }),
    ),
    holdMs: Type.Optional(
      Type.Integer({ minimum: 500, maximum: 3_000, description: "Hold of the heartbeat monostable, ms" }),
    ),
  },
  strict,
);
export type SimStation = Static<typeof SimStation>;

const StationsFile = Type.Array(SimStation, { minItems: 1 });

/**
 * Reads and checks a stations file.
 * @throws LoaError CONFIG_INVALID naming file, key, value and what is allowed.
 */
export function readStationsFile(file: string): SimStation[] {
  const stations = parseJson(file);
  const [error] = Value.Errors(StationsFile, stations).filter((found) => found.keyword !== "boolean");
  if (error) {
    const key = error.instancePath || "/";
    const value = JSON.stringify(Value.Pointer.Get(stations, error.instancePath));
    const allowed = JSON.stringify(error.params);
    throw invalid(file, `${key}: ${value} ${error.message}; ${allowed}`, { key, value, allowed });
  }
  const checked = stations as SimStation[];
  for (const [index, station] of checked.entries()) refuseDoubles(file, checked, station, index);
  return checked;
}

function refuseDoubles(file: string, stations: SimStation[], station: SimStation, index: number): void {
  if (stations.findIndex((other) => other.stationId === station.stationId) !== index)
    throw invalid(file, `/${index}/stationId: "${station.stationId}" is there twice; ids must differ`, {});
  if (new Set(station.zones.map((zone) => zone.id)).size !== station.zones.length)
    throw invalid(file, `/${index}/zones: zone ids of one station must differ`, {});
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new LoaError("CONFIG_INVALID", `${file}: cannot be read as JSON: ${cause}`, { file }, { cause });
  }
}

function invalid(file: string, what: string, context: Record<string, unknown>): LoaError {
  return new LoaError("CONFIG_INVALID", `${file}: ${what}`, { file, ...context });
}
