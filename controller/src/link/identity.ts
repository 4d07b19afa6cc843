import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { EnrolAnswer } from "@loa/protocol/enrolment";
import { parseJson } from "@loa/protocol/parse";
import { type Static, Type } from "typebox";
import { writeDurably } from "./durable-file.ts";

/** What enrolment left at the station: who it is, whom it believes and how it proves itself. */
export const Identity = Type.Object({
  ...EnrolAnswer.properties,
  station: Type.String(),
  key: Type.String({ description: "private key of the client certificate, PKCS #8 PEM" }),
});
export type Identity = Static<typeof Identity>;

const FILE = "identity.json";

/** The kept identity; null before enrolment. @throws CONFIG_INVALID when the file is damaged or another station's */
export function loadIdentity(folder: string, station: string): Identity | null {
  const file = join(folder, FILE);
  if (!existsSync(file)) return null;
  let identity: Identity;
  try {
    identity = parseJson(Identity, readFileSync(file), file);
  } catch (cause) {
    throw new LoaError(
      "CONFIG_INVALID",
      `${file} is damaged; remove it and enrol the station again`,
      { file },
      { cause },
    );
  }
  if (identity.station !== station)
    throw new LoaError(
      "CONFIG_INVALID",
      `${file} belongs to ${identity.station}, station.yaml names ${station}`,
      { file },
    );
  return identity;
}

/** Keeps an identity, mode 0600. */
export function saveIdentity(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeDurably(join(folder, FILE), JSON.stringify(identity));
}
