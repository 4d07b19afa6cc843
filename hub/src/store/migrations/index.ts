import { desk } from "./0001-desk.ts";
import { line } from "./0002-line.ts";
import { lexicon } from "./0003-lexicon.ts";
import { content } from "./0004-content.ts";
import { people } from "./0005-people.ts";
import { alerts } from "./0006-alerts.ts";
import { envelope } from "./0007-envelope.ts";
import { groups } from "./0008-groups.ts";
import { live } from "./0009-live.ts";
import { cap } from "./0010-cap.ts";
import { liveStations } from "./0011-live-stations.ts";
import { alertHeads } from "./0012-alert-heads.ts";
import { liveRecordings } from "./0013-live-recordings.ts";
import { alertReaches } from "./0014-alert-reaches.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  desk,
  line,
  lexicon,
  content,
  people,
  alerts,
  envelope,
  groups,
  live,
  cap,
  liveStations,
  alertHeads,
  liveRecordings,
  alertReaches,
];
