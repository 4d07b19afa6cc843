import type { UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { type Ack, PLAN_ACK } from "@loa/protocol/ack";
import { Alert } from "@loa/protocol/alert";
import { Command } from "@loa/protocol/command";
import {
  claimedBody,
  kindOf,
  type SignedKind,
  type Trust,
  type Verified,
  verify,
} from "@loa/protocol/envelope";
import { KeySet } from "@loa/protocol/key-set";
import type { LiveSession } from "@loa/protocol/live-session";
import { newerPlan, Plan } from "@loa/protocol/plan";
import type { Static, TSchema } from "typebox";
import type { AssetCache } from "./asset-cache.ts";
import type { Identity } from "./identity.ts";
import type { Journal } from "./journal.ts";

/** What reception needs around it. */
export interface ReceptionDeps {
  readonly identity: Identity;
  readonly journal: Journal;
  readonly assets: AssetCache;
  readonly log: Logger;
  time(): { readonly now: UnixMs; readonly errorMs: number; readonly synchronised: boolean };
  /** Of this session's birth: an alert that echoes it was made since. */
  readonly nonce: string;
  ack(ack: Ack): void;
  /** Something signed was refused. */
  rejected(code: string): void;
}

/** What became of the station because of a signed message. */
export interface ReceptionEvents {
  planChanged(): void;
  /** Silence now: a broadcast or a live session; absent: everything non-emergency. */
  stop(id: string | undefined): void;
  /** @throws SCHEMA_INVALID */
  live(session: LiveSession): void;
  areaChanged(areaPath: readonly string[]): void;
  /** `ownTime`: its times count from now. @throws SIREN_NOT_ALLOWED · KEY_USE_WRONG */
  alert(alert: Alert, ownTime: boolean): void;
}

/**
 * What the hub says, believed only when it is signed by the right key for this station, is valid, and is not a replay. Everything believed
 * is on disk before it is acknowledged.
 */
export class Reception {
  readonly #deps: ReceptionDeps;
  readonly #events: ReceptionEvents;
  #plan: Plan | null = null;
  #keySet: KeySet | null = null;
  #areaPath: readonly string[];
  #areaRevision: number;
  #turn: Promise<void> = Promise.resolve();
  #readyFor: number | null = null;

  constructor(deps: ReceptionDeps, events: ReceptionEvents) {
    this.#deps = deps;
    this.#events = events;
    const kept = deps.journal.fact("area");
    const area = kept ? (JSON.parse(kept) as { path: string[]; revision: number }) : null;
    this.#areaPath = area?.path ?? deps.identity.areaPath;
    this.#areaRevision = area?.revision ?? deps.identity.areaRevision;
  }

  get plan(): Plan | null {
    return this.#plan;
  }
  get areaPath(): readonly string[] {
    return this.#areaPath;
  }
  get areaRevision(): number {
    return this.#areaRevision;
  }
  get keySetVersion(): number {
    return this.#keySet?.version ?? 0;
  }

  /** Takes up what was kept: key set and plan, both verified again, because the disk is not a witness. */
  async restore(): Promise<void> {
    const { identity, journal, log } = this.#deps;
    for (const keySet of [journal.fact("keySet"), identity.keySet])
      if (keySet !== null && !this.#keySet)
        await this.#takeKeySet(keySet).catch((error: unknown) =>
          log.error({ code: codeOf(error) }, "a kept key set does not hold"),
        );
    const compact = journal.fact("plan");
    if (!compact) return;
    await this.#verify("plan", Plan, compact)
      .then(async ({ body }) => this.#adopt(body))
      .catch((error: unknown) => log.warn({ code: codeOf(error) }, "the kept plan does not hold any more"));
  }

  /** One after the other, in the order of arrival; never throws. */
  take(kind: "plan" | "command" | "alert", payload: Uint8Array): void {
    const text = new TextDecoder().decode(payload);
    if (kind === "plan" && text === "unchanged") return;
    this.#turn = this.#turn
      .then(() => this.#takeSigned(kind, text))
      .catch((error: unknown) => {
        this.#deps.log.warn(
          { kind, code: codeOf(error), error: String(error) },
          "a signed message was refused",
        );
        this.#deps.rejected(codeOf(error));
      });
  }

  /** Tells the hub once when the newest plan can sound: it and all its audio are here. */
  reportReady(): void {
    const plan = this.#plan;
    if (!plan || this.#readyFor === plan.revision || this.#deps.assets.missing().length > 0) return;
    this.#readyFor = plan.revision;
    this.#ackPlan(plan, "ready");
  }

  #takeSigned(kind: "plan" | "command" | "alert", compact: string): Promise<void> {
    if (kind === "plan") return this.#takePlan(compact);
    return kind === "command" ? this.#takeCommand(compact) : this.#takeAlert(compact);
  }

  /** An exercise travels under its own kind and key, so that it can never be taken for the real thing. */
  async #takeAlert(compact: string): Promise<void> {
    try {
      const kind = kindOf(compact) === "exercise" ? "exercise" : "alert";
      const { body } = await this.#verify(kind, Alert, compact);
      if ((body.kind === "actual") !== (kind === "alert"))
        throw new LoaError("KEY_USE_WRONG", `an alert of kind ${body.kind} came as ${kind}`);
      const { synchronised } = this.#deps.time();
      this.#events.alert(synchronised ? body : this.#onOwnTime(body), !synchronised);
    } catch (error) {
      const { alertId: id, revision } = claimedBody(compact);
      if (error instanceof LoaError && typeof id === "string")
        this.#reject(
          { id: id.slice(0, 64), ...(Number.isInteger(revision) && { revision: Number(revision) }) },
          error,
        );
      throw error;
    }
  }

  /**
   * A station that does not know the time believes an alert that echoes this session's nonce, and counts its times from now.
   * @throws CLOCK_UNSYNCED without the nonce
   */
  #onOwnTime(alert: Alert): Alert {
    const { now } = this.#deps.time();
    if (alert.nonce !== this.#deps.nonce)
      throw new LoaError(
        "CLOCK_UNSYNCED",
        "the time is not known and the alert was not made for this session",
      );
    return { ...alert, startAt: now, expires: now + Math.max(0, alert.expires - alert.startAt) };
  }

  async #takePlan(compact: string): Promise<void> {
    const { journal } = this.#deps;
    let plan: Plan | null = null;
    try {
      plan = (await this.#verify("plan", Plan, compact)).body;
      const same = plan.hubEpoch === this.#plan?.hubEpoch && plan.revision === this.#plan.revision;
      if (same) return this.#acknowledgeAgain(plan);
      if (!this.#mayAdopt(plan))
        throw new LoaError("REPLAYED", "the plan is older than the one that is held", {});
      journal.setFacts({
        plan: compact,
        planPosition: JSON.stringify({ hubEpoch: plan.hubEpoch, revision: plan.revision }),
      });
      this.#moveTo(plan.areaPath, plan.areaRevision);
    } catch (error) {
      const { hubEpoch, revision } = plan ?? claimedBody(compact);
      this.#reject({ id: PLAN_ACK, ...positionOf(hubEpoch, revision) }, error);
      throw error;
    }
    this.#ackPlan(plan, "received");
    this.#adopt(plan).catch((error: unknown) =>
      this.#deps.log.error({ error: String(error) }, "the plan's audio could not be looked through"),
    );
  }

  /** Only what is newer than the newest ever held; that one itself where the disk has lost it or time had run past it. */
  #mayAdopt(plan: Plan): boolean {
    const kept = this.#deps.journal.fact("planPosition");
    const newest = kept ? (JSON.parse(kept) as Pick<Plan, "hubEpoch" | "revision">) : this.#plan;
    return newerPlan(plan, newest) || (this.#plan === null && !newerPlan(newest ?? plan, plan));
  }

  #reject(ack: Pick<Ack, "id" | "hubEpoch" | "revision">, error: unknown): void {
    this.#deps.ack({ ...ack, state: "rejected", code: codeOf(error), at: this.#deps.time().now });
  }

  #acknowledgeAgain(plan: Plan): void {
    this.#readyFor = null;
    this.#ackPlan(plan, "received");
    this.reportReady();
  }

  async #adopt(plan: Plan): Promise<void> {
    this.#plan = plan;
    this.#readyFor = null;
    const hashes = plan.segments.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === "announcement" ? [item.sha256] : [])),
    );
    this.#events.planChanged();
    await this.#deps.assets.keepOnly(hashes);
    this.#events.planChanged();
    this.reportReady();
  }

  async #takeCommand(compact: string): Promise<void> {
    const { journal, ack, time } = this.#deps;
    try {
      const { body: command, exp } = await this.#verify("command", Command, compact);
      if (journal.commandState(command.id) === null) {
        await this.#carryOut(command, exp * 1_000);
        journal.takeCommand(command.id, exp * 1_000, "finished");
      }
      // What becomes of live speech is acknowledged under its session's id.
      ack({ id: command.id, state: command.kind === "live" ? "received" : "finished", at: time().now });
    } catch (error) {
      const { id } = claimedBody(compact);
      if (error instanceof LoaError && typeof id === "string") this.#reject({ id: id.slice(0, 64) }, error);
      throw error;
    }
  }

  async #carryOut(command: Command, exp: UnixMs): Promise<void> {
    const { journal } = this.#deps;
    switch (command.kind) {
      case "stop":
        return this.#stop(command.sessionId ?? command.broadcastId, exp);
      case "live":
        return this.#events.live(command.session);
      case "receipts-stored":
        return journal.forgetReceipts(command.receiptIds);
      case "key-set":
        await this.#takeKeySet(command.keySet);
        return this.#judgePlanAgain();
      case "area":
        return this.#moveTo(command.areaPath, command.areaRevision);
    }
  }

  #stop(id: string | undefined, exp: UnixMs): void {
    this.#events.stop(id);
    if (id) this.#deps.journal.stop(id, exp + 30 * 86_400_000);
  }

  #moveTo(path: readonly string[], revision: number): void {
    if (
      revision < this.#areaRevision ||
      (revision === this.#areaRevision && path.join() === this.#areaPath.join())
    )
      return;
    this.#deps.journal.setFacts({ area: JSON.stringify({ path, revision }) });
    const moved = path.join() !== this.#areaPath.join();
    this.#areaPath = path;
    this.#areaRevision = revision;
    if (moved) this.#events.areaChanged(path);
  }

  async #takeKeySet(compact: string): Promise<void> {
    const { body } = await this.#verify("key-set", KeySet, compact);
    if (this.#keySet && body.version < this.#keySet.version)
      throw new LoaError("KEY_SET_STALE", `key set ${body.version} is older than ${this.#keySet.version}`);
    this.#keySet = body;
    this.#deps.journal.setFacts({ keySet: compact });
  }

  /** What a key signed that was revoked since is believed no more. */
  async #judgePlanAgain(): Promise<void> {
    const compact = this.#deps.journal.fact("plan");
    if (!this.#plan || !compact) return;
    await this.#verify("plan", Plan, compact).catch((error: unknown) => {
      this.#deps.log.warn({ code: codeOf(error) }, "the held plan does not hold any more");
      this.#plan = null;
      this.#events.planChanged();
    });
  }

  #verify<Body extends TSchema>(
    kind: SignedKind,
    schema: Body,
    compact: string,
  ): Promise<Verified<Static<Body>>> {
    const { identity, time } = this.#deps;
    const { now, errorMs } = time();
    const trust: Trust = {
      root: identity.root,
      keySet: this.#keySet,
      audience: kind === "plan" ? [identity.station] : [identity.station, ...this.#areaPath, identity.hubId],
      now,
      clockErrorMs: errorMs,
    };
    return verify(kind, schema, compact, trust);
  }

  #ackPlan({ hubEpoch, revision }: Pick<Plan, "hubEpoch" | "revision">, state: Ack["state"]): void {
    this.#deps.ack({ id: PLAN_ACK, hubEpoch, revision, state, at: this.#deps.time().now });
  }
}

function positionOf(hubEpoch: unknown, revision: unknown): Pick<Ack, "hubEpoch" | "revision"> {
  const whole = Number.isInteger(hubEpoch) && Number.isInteger(revision);
  return whole ? { hubEpoch: Number(hubEpoch), revision: Number(revision) } : {};
}
