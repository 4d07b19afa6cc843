import { type Static, type TSchema, Type } from "typebox";
import { CAP_WORDS, type CapWord } from "../../core/cap-alert.ts";
import type { CapGeocode } from "../../core/cap-area.ts";
import type { CapRules } from "../../core/cap-rules.ts";

const anyOf = <K extends keyof typeof CAP_WORDS>(kind: K) =>
  Type.Optional(
    Type.Array(Type.Unsafe<CapWord<K>>(Type.Enum([...CAP_WORDS[kind]])), { minItems: 1, uniqueItems: true }),
  );

const NamedValue = Type.Object(
  { valueName: Type.String({ minLength: 1 }), value: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

const Senders = Type.Array(Type.String({ pattern: "^[^\\s,<&]+$" }), {
  minItems: 1,
  description: "senders as their messages name themselves",
});

const conditions = {
  status: anyOf("status"),
  urgency: anyOf("urgency"),
  severity: anyOf("severity"),
  certainty: anyOf("certainty"),
  category: anyOf("category"),
  eventCodes: Type.Optional(Type.Array(NamedValue, { minItems: 1 })),
};

const AirRule = Type.Object(
  { ...conditions, senders: Senders, verdict: Type.Literal("air") },
  { additionalProperties: false, description: "only of senders that are named" },
);

const OtherRule = Type.Object(
  { ...conditions, senders: Type.Optional(Senders), verdict: Type.Enum(["wait", "ignore"]) },
  { additionalProperties: false },
);

const rulesOf = <Rule extends TSchema>(rule: Rule) =>
  Type.Array(rule, { default: [], description: "the first that fits an info block decides" });

/** What becomes of alerts from outside, what their geocodes mean, and which languages are spoken. By default a person decides. */
export const CapSettings = Type.Object(
  {
    rules: rulesOf(Type.Union([AirRule, OtherRule])),
    otherwise: Type.Unsafe<"wait" | "ignore">(
      Type.Enum(["wait", "ignore"], { default: "wait", description: "when no rule fits" }),
    ),
    geocodes: Type.Array(
      Type.Object(
        { ...NamedValue.properties, areaId: Type.String({ minLength: 1 }) },
        { additionalProperties: false },
      ),
      { default: [], description: "areas that the senders' geocodes mean" },
    ),
    languages: Type.Array(Type.String({ pattern: "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$" }), {
      minItems: 1,
      default: ["vi", "en"],
      description: "languages of info blocks, the wanted one first",
    }),
  },
  { additionalProperties: false },
);
export type CapSettings = Static<typeof CapSettings>;

/** The same for what people post by hand, where no rule airs. */
export const CapInbox = Type.Object(
  { ...CapSettings.properties, rules: rulesOf(OtherRule) },
  { additionalProperties: false },
);

/** The core's own shapes are what the schema lets through. */
type Fits<Wide, Narrow extends Wide> = Narrow;
export type CapSettingsFit = Fits<CapRules & { readonly geocodes: readonly CapGeocode[] }, CapSettings>;
