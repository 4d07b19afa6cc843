import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { AreaId, StationId } from "@loa/protocol/identity";
import { KeySet, PublicKey } from "@loa/protocol/key-set";
import { parseJson } from "@loa/protocol/parse";
import { type Static, Type } from "typebox";

/** What all stations of a fleet believe of their hub. */
const Hub = Type.Object({
  hubId: Type.String(),
  ca: Type.String(),
  root: PublicKey,
  keySet: KeySet,
  mqtt: Type.String(),
  assets: Type.String(),
});

/** What each station has of its own. */
const Identity = Type.Object({
  station: StationId,
  certificate: Type.String(),
  key: Type.String(),
  secret: Type.String(),
  areaPath: Type.Array(AreaId, { minItems: 1 }),
  areaRevision: Type.Integer({ minimum: 1 }),
});

/** A fleet as it is kept: its hub, how often it was switched on, and every station's identity. */
const Fleet = Type.Object({
  hub: Hub,
  session: Type.Integer({ minimum: 0, description: "boot counter, the same for all stations" }),
  stations: Type.Array(Identity),
});
export type KeptFleet = Static<typeof Fleet>;

/** The kept fleet; null before the first one. @throws CONFIG_INVALID when the file is damaged */
export function loadFleet(file: string): KeptFleet | null {
  if (!existsSync(file)) return null;
  try {
    return parseJson(Fleet, readFileSync(file), file);
  } catch (cause) {
    const why = `${file} is damaged; remove it, and the fleet is enrolled again`;
    throw new LoaError("CONFIG_INVALID", why, { file }, { cause });
  }
}

/** Keeps a fleet, mode 0600: a power cut leaves the old file or the new one. */
export function keepFleet(file: string, fleet: KeptFleet): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(`${file}.new`, "w", 0o600);
  try {
    writeSync(fd, JSON.stringify(fleet));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}
