import { type Static, Type } from "typebox";

/** Hours within a day, local time of the plan's zone: `["05:00", "22:00"]`; `24:00` is the day's end. */
export const Window = Type.Tuple([
  Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "from, HH:MM" }),
  Type.String({
    pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
    description: "until, HH:MM, later than from",
  }),
]);
export type Window = Static<typeof Window>;

/** Windows of each weekday; a day that is absent is silent. */
export const Windows = Type.Object({
  mon: Type.Optional(Type.Array(Window)),
  tue: Type.Optional(Type.Array(Window)),
  wed: Type.Optional(Type.Array(Window)),
  thu: Type.Optional(Type.Array(Window)),
  fri: Type.Optional(Type.Array(Window)),
  sat: Type.Optional(Type.Array(Window)),
  sun: Type.Optional(Type.Array(Window)),
});
export type Windows = Static<typeof Windows>;

/** Order of the days as JavaScript's and Temporal's Monday-first weeks have them. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/**
 * When, how long and how loud non-emergency content may sound. The station's commissioned `hardEnvelope` has this shape
 * too; a plan's envelope may only narrow it. Source: PROTOCOL, plan.
 */
export const TimeEnvelope = Type.Object({
  windows: Windows,
  maxMinutesPerDay: Type.Number({
    minimum: 0,
    maximum: 1_440,
    description: "airtime in a local day, minutes",
  }),
  maxGainDb: Type.Number({ minimum: -60, maximum: 12, description: "highest gain, dB" }),
});
export type TimeEnvelope = Static<typeof TimeEnvelope>;
