import { LoaError } from "@loa/kernel/errors";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";

const zone = Type.String({ description: "Zone whose line has the fault" });
const strict = { additionalProperties: false };

/** Bodies of the faults that can be injected, by code. */
const FAULT_SCHEMAS = {
  LINE_OPEN: Type.Object({ code: Type.Literal("LINE_OPEN"), zone }, strict),
  LINE_SHORT: Type.Object({ code: Type.Literal("LINE_SHORT"), zone }, strict),
  LINE_HORN_LOST: Type.Object(
    {
      code: Type.Literal("LINE_HORN_LOST"),
      zone,
      horns: Type.Optional(Type.Integer({ minimum: 1, description: "Horns lost; 1 when absent" })),
    },
    strict,
  ),
  AMP_NO_OUTPUT: Type.Object({ code: Type.Literal("AMP_NO_OUTPUT") }, strict),
  MAINS_LOST: Type.Object({ code: Type.Literal("MAINS_LOST") }, strict),
  MAINS_OUT_OF_RANGE: Type.Object(
    {
      code: Type.Literal("MAINS_OUT_OF_RANGE"),
      volts: Type.Optional(Type.Number({ minimum: 0, maximum: 300, description: "V; 265 when absent" })),
    },
    strict,
  ),
  BATTERY_LOW: Type.Object(
    {
      code: Type.Literal("BATTERY_LOW"),
      volts: Type.Optional(Type.Number({ minimum: 0, maximum: 20, description: "V; 11 when absent" })),
    },
    strict,
  ),
  OVER_TEMPERATURE: Type.Object(
    {
      code: Type.Literal("OVER_TEMPERATURE"),
      celsius: Type.Optional(Type.Number({ minimum: -40, maximum: 125, description: "°C; 85 when absent" })),
    },
    strict,
  ),
  DOOR_OPEN: Type.Object({ code: Type.Literal("DOOR_OPEN") }, strict),
  LOCK_OUT_SWITCH: Type.Object({ code: Type.Literal("LOCK_OUT_SWITCH") }, strict),
  RELAY_STUCK: Type.Object(
    {
      code: Type.Literal("RELAY_STUCK"),
      zone,
      position: Type.Union([Type.Literal("closed"), Type.Literal("open")]),
    },
    strict,
  ),
  BOARD_LOST: Type.Object({ code: Type.Literal("BOARD_LOST") }, strict),
  SERIAL_NOISE: Type.Object({ code: Type.Literal("SERIAL_NOISE") }, strict),
} as const satisfies Record<string, TSchema>;

/** A fault as it is posted to `/stations/:id/faults`. */
export type Fault = Static<(typeof FAULT_SCHEMAS)[keyof typeof FAULT_SCHEMAS]>;
/** Code of an injectable fault. */
export type FaultCode = Fault["code"];

/**
 * Checks a posted fault against its schema and the station's zones.
 * @throws LoaError BAD_REQUEST naming what is wrong and what is allowed.
 */
export function parseFault(body: unknown, zones: readonly string[]): Fault {
  const code = (body as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !Object.hasOwn(FAULT_SCHEMAS, code))
    throw new LoaError("BAD_REQUEST", `unknown fault code ${JSON.stringify(code)}`, {
      allowed: Object.keys(FAULT_SCHEMAS),
    });
  const schema = FAULT_SCHEMAS[code as FaultCode];
  if (!Value.Check(schema, body)) {
    const errors = Value.Errors(schema, body).map((error) => `${error.instancePath} ${error.message}`);
    throw new LoaError("BAD_REQUEST", `bad ${code}: ${errors.join("; ")}`, { errors });
  }
  const fault = body as Fault;
  if ("zone" in fault && !zones.includes(fault.zone))
    throw new LoaError("BAD_REQUEST", `the station has no zone ${fault.zone}`, { allowed: zones });
  return fault;
}
