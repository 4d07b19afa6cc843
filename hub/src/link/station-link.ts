import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { minutes, seconds } from "@loa/kernel/units";
import { type Ack, PLAN_ACK } from "@loa/protocol/ack";
import type { Birth, HubPresence } from "@loa/protocol/presence";
import { timeReply } from "@loa/protocol/time";
import { HUB_TOPIC, toTopic } from "@loa/protocol/topics";
import type { ButtonAlarms } from "../alerts/button-alarms.ts";
import type { LiveReports } from "../live/live-reports.ts";
import type { Broker } from "../ports.ts";
import { showsLostHistory } from "../trust/epoch.ts";
import type { EpochKeeper } from "../trust/epoch-keeper.ts";
import type { HubTrust } from "../trust/hub-trust.ts";
import type { AlertDelivery } from "./alert-delivery.ts";
import type { Commands } from "./commands.ts";
import type { Gate } from "./gate.ts";
import type { PlanDelivery } from "./plan-delivery.ts";
import type { PresenceKeeper } from "./presence-keeper.ts";
import type { ReceiptIntake } from "./receipt-intake.ts";
import type { StationBook, StationState } from "./station-book.ts";
import { type UplinkHandlers, UplinkPipeline } from "./uplink-pipeline.ts";

const PRESENCE_EVERY_MS = minutes(1);
const SAVE_EVERY_MS = seconds(2);

/** What the hub's side of the station protocol is made of. */
export interface LinkParts {
  readonly broker: Broker;
  readonly book: StationBook;
  readonly gate: Gate;
  readonly trust: HubTrust;
  readonly epoch: EpochKeeper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly presence: PresenceKeeper;
  readonly commands: Commands;
  readonly delivery: PlanDelivery;
  readonly receipts: ReceiptIntake;
  readonly alerts: AlertDelivery;
  readonly buttonAlarms: ButtonAlarms;
  readonly lives: LiveReports;
  /** The epoch rose: every plan is to be issued anew. */
  readonly replanAll: () => Promise<void>;
}

/** The hub's side of the station protocol: what each message leads to, and the hub's own presence. */
export class StationLink {
  readonly pipeline: UplinkPipeline;
  readonly #parts: LinkParts;
  readonly #ends: Cancel[] = [];

  constructor(parts: LinkParts) {
    this.#parts = parts;
    const { book, gate, clock, log, broker } = parts;
    const secretOf = (state: StationState) => gate.secretOf(state);
    this.pipeline = new UplinkPipeline({ book, secretOf, handlers: this.#handlers(), clock, log });
    broker.onMessage((station, topic, payload) => this.pipeline.receive(station, topic, payload));
    broker.onConnected((station) => parts.presence.connected(book.ensure(station)));
    broker.onDisconnected((station) => {
      parts.delivery.lost(station);
      parts.presence.lost(book.ensure(station));
    });
  }

  async start(): Promise<void> {
    const { clock, book, log } = this.#parts;
    await this.announce(true);
    const failed = (what: string) => (error: unknown) => log.error({ err: error }, what);
    this.#ends.push(
      clock.every("hub-presence", PRESENCE_EVERY_MS, () => {
        this.announce(true).catch(failed("the hub's presence was not published"));
      }),
      clock.every("save-stations", SAVE_EVERY_MS, () => {
        book.save().catch(failed("the state of stations was not stored"));
      }),
    );
  }

  /** Says goodbye and stores what is known. */
  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    await this.announce(false);
    await this.#parts.book.save();
  }

  /** Publishes the hub's presence. A new epoch makes stations send birth again. */
  async announce(online: boolean): Promise<void> {
    const { broker, clock, epoch } = this.#parts;
    const presence: HubPresence = { online, at: clock.now(), hubEpoch: epoch.epoch };
    await broker.publish(HUB_TOPIC, JSON.stringify(presence), 1);
  }

  /** A station is ahead of this store: everything is issued anew in an epoch above what it showed. */
  async lostHistory(seen: number): Promise<void> {
    if (!(await this.#parts.epoch.raise(seen))) return;
    await this.#parts.replanAll();
    await this.announce(true);
  }

  #handlers(): UplinkHandlers {
    const { presence, receipts, gate, broker, clock, delivery, buttonAlarms, lives } = this.#parts;
    return {
      birth: (state, birth) => this.#born(state, birth),
      death: (state) => presence.dying(state),
      health: (state, health) => {
        presence.health(state, health);
        lives.health(state.id, health);
      },
      event: (state, event) =>
        event.kind === "button-alarm" ? buttonAlarms.take(state.id, event) : presence.event(state, event),
      receipt: (state, batch, at) => receipts.take(state.id, batch, at),
      ack: (state, ack: Ack) => (ack.id === PLAN_ACK ? delivery.acked(state, ack) : this.#acked(state, ack)),
      time: (state, { nonce, t1 }, t2) => {
        const secret = gate.secretOf(state);
        if (!secret) return;
        const reply = timeReply(secret, { nonce, t1, t2, t3: clock.now() });
        return broker.publish(toTopic(state.id, "time"), JSON.stringify(reply), 0);
      },
    };
  }

  #acked({ id }: StationState, ack: Ack): void {
    const { alerts, commands, lives } = this.#parts;
    lives.acked(id, ack);
    if (!alerts.acked(id, ack)) commands.acked(id, ack);
  }

  async #born(state: StationState, birth: Birth): Promise<void> {
    const { book, presence, commands, delivery, alerts, trust, epoch, clock } = this.#parts;
    state.connected = true;
    state.birth = birth;
    state.software = birth.software;
    state.faults = birth.faults.filter((fault) => fault.clearedAt === undefined);
    if (birth.areaRevision > state.areaRevision) state.areaRevision = birth.areaRevision + 1;
    else if (birth.areaRevision === state.areaRevision) state.leftAreas = [];
    book.touch(state);
    presence.changed(state);
    if (birth.keySetVersion < trust.keySet.version)
      await commands.tell(state.id, { kind: "key-set", keySet: await trust.keySetFor(state.id) });
    await alerts.born(state);
    await this.#parts.lives.born(state.id);
    const { wanted } = state;
    const ours =
      wanted?.hubEpoch === epoch.epoch ? wanted : { hubEpoch: epoch.epoch, revision: 0, validUntil: 0 };
    if (birth.plan && showsLostHistory(birth.plan, ours, clock.now()))
      await this.lostHistory(birth.plan.hubEpoch);
    if (birth.areaRevision < state.areaRevision)
      await commands.tell(state.id, {
        kind: "area",
        areaPath: [...state.areaPath],
        areaRevision: state.areaRevision,
      });
    await commands.resendTo(state.id);
    await delivery.answerBirth(state);
  }
}
