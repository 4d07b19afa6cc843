import type { AlertKind, AlertSound } from "@loa/protocol/alert";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId } from "@loa/protocol/identity";
import type { AlertContent } from "../core/alert.ts";
import type { CapOrigin } from "../core/cap-plan.ts";
import type { AlertWords } from "./alert-composer.ts";

/** What another system asks to be sounded. `id` is given by whoever keeps the message, so that the same is never made twice. */
export interface IncomingAlert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly targets: readonly Target[];
  readonly words: Omit<AlertWords, "lifeMs" | "proposedBy">;
  /** Stands for the first words; null when there is none, or it did not come in time. */
  readonly recording: Promise<AlertSound | null>;
  /** Alerts that it takes the place of. */
  readonly supersedes: readonly string[];
  readonly cap: CapOrigin;
  /** The system, as a person of its alerts; of what was posted by hand whoever did. */
  readonly from: AlertContent["proposedBy"];
  /** Who said before its time that it is aired then. */
  readonly confirmedBy: AlertContent["proposedBy"] | null;
  /** Who took it up before its time, where another has to send it. */
  readonly takenUpBy: AlertContent["proposedBy"] | null;
  /** The area that bounds the system. */
  readonly areaId: AreaId;
  /** Sound it at once; else somebody has to take it up. */
  readonly air: boolean;
}
