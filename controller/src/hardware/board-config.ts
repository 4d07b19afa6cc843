import { type Static, type TSchema, Type } from "typebox";

const strict = { additionalProperties: false };

const DigitalPin = (description: string, pin: number) =>
  Type.Integer({ minimum: 2, maximum: 69, default: pin, description });

const AnalogScale = (description: string, channel: number, atZero: number, atFull: number) =>
  Type.Object(
    {
      channel: Type.Integer({
        minimum: 0,
        maximum: 15,
        default: channel,
        description: "Analog channel; 0 is A0",
      }),
      atZero: Type.Number({ default: atZero, description: "Value that 0 counts stand for" }),
      atFull: Type.Number({ default: atFull, description: "Value that 1023 counts stand for" }),
    },
    { ...strict, default: {}, description },
  );

const OrNone = <Schema extends TSchema>(schema: Schema, preset: Static<Schema> | null) =>
  Type.Union([schema, Type.Null({ description: "This station has none" })], { default: preset });

/** One analog input and the straight line from its counts to a value in units. */
export type AnalogScale = Static<ReturnType<typeof AnalogScale>>;

/** How one zone hangs on the board. */
export const ZoneWiring = Type.Object(
  {
    zone: Type.String({ pattern: "^[a-z0-9-]{1,32}$", description: "The zone's id, as in the hub" }),
    relayPin: Type.Integer({ minimum: 2, maximum: 69, description: "Pin of the zone's relay, active-high" }),
    amps: Type.Optional(AnalogScale("Current in the zone's line, A rms; absent: not measured", 1, 0, 2)),
  },
  strict,
);
export type ZoneWiring = Static<typeof ZoneWiring>;

/** Section `board` of station.yaml: the Firmata board, its pins and scales. Source: docs/hardware.md */
export const BoardConfig = Type.Object(
  {
    port: Type.String({
      minLength: 1,
      description: "Serial device, such as /dev/ttyACM0 or a stable symlink",
    }),
    samplingMs: Type.Integer({
      minimum: 20,
      maximum: 1_000,
      default: 100,
      description: "How often the board reports its analog inputs, ms",
    }),
    heartbeatMs: Type.Integer({
      minimum: 100,
      maximum: 1_000,
      default: 500,
      description: "Time between two edges of the heartbeat, ms; 500 is a square wave of 1 Hz",
    }),
    amplifierPin: DigitalPin("Amplifier's mains relay, active-high, behind the heartbeat's monostable", 4),
    heartbeatPin: DigitalPin("Heartbeat that feeds the monostable; a pin with PWM", 5),
    doorPin: OrNone(DigitalPin("Door switch, high while open", 8), 8),
    buttonPin: OrNone(DigitalPin("Local alarm button, high while pressed", 9), 9),
    lockOutPin: OrNone(DigitalPin("Second pole of the lock-out switch, high while locked out", 10), null),
    zones: Type.Array(ZoneWiring, {
      minItems: 1,
      default: [
        { zone: "z1", relayPin: 6, amps: { channel: 1, atZero: 0, atFull: 2 } },
        { zone: "z2", relayPin: 7, amps: { channel: 2, atZero: 0, atFull: 2 } },
      ],
      description: "Zones with their relays and current sensors",
    }),
    outputVolts: AnalogScale(
      "Amplifier's output, V rms; its reports also tell that the board lives",
      0,
      0,
      120,
    ),
    mainsVolts: OrNone(AnalogScale("Mains, V rms", 3, 0, 300), { channel: 3, atZero: 0, atFull: 300 }),
    batteryVolts: OrNone(AnalogScale("Standby battery, V", 4, 0, 20), { channel: 4, atZero: 0, atFull: 20 }),
    temperature: OrNone(AnalogScale("Inside of the cabinet, °C", 5, -40, 125), {
      channel: 5,
      atZero: -40,
      atFull: 125,
    }),
  },
  strict,
);
export type BoardConfig = Static<typeof BoardConfig>;
