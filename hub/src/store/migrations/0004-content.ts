import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** What the library is searched by. The tokenizer takes the accents off; `đ` is a letter of its own in Unicode. */
const WORDS = `
  SELECT a.number AS number,
    replace(replace(
      v.title || ' ' || coalesce(v.text, '') || ' ' || u.name || ' ' || coalesce(a.template_name, ''),
      'đ', 'd'), 'Đ', 'd') AS words
  FROM announcements a
  JOIN announcement_versions v ON v.announcement_id = a.id AND v.version = a.version
  JOIN users u ON u.id = v.created_by`;

/** State before it was archived: what the audit says, else what the decision tells. */
const STATE_BEFORE = `CASE WHEN a.state <> 'archived' THEN a.state ELSE coalesce(
    (SELECT json_extract(detail_json, '$.from') FROM audit
      WHERE action = 'announcement.archived' AND subject = a.id ORDER BY sequence DESC LIMIT 1),
    CASE WHEN a.decided_by IS NULL THEN 'draft' WHEN a.reason IS NULL THEN 'approved' ELSE 'rejected' END) END`;

const NEW_TABLES = [
  `CREATE TABLE announcements (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    area_id TEXT NOT NULL REFERENCES areas (id),
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    approved_version INTEGER,
    expires_at INTEGER,
    template_id TEXT,
    template_name TEXT
  ) STRICT`,
  "CREATE INDEX announcements_by_area ON announcements (area_id, number)",
  "CREATE INDEX announcements_by_state ON announcements (state, number)",
  `CREATE TABLE announcement_versions (
    announcement_id TEXT NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at INTEGER,
    reason TEXT,
    source_name TEXT,
    trim_start_ms REAL,
    trim_end_ms REAL,
    voice TEXT,
    language TEXT,
    speed INTEGER,
    pause_ms INTEGER,
    ingest_state TEXT NOT NULL,
    ingest_code TEXT,
    source_loudness_lufs REAL,
    loudness_lufs REAL,
    true_peak_db REAL,
    sha256 TEXT,
    bytes INTEGER,
    duration_ms REAL,
    findings_json TEXT NOT NULL DEFAULT '[]',
    request_key TEXT,
    text TEXT,
    spoken TEXT,
    PRIMARY KEY (announcement_id, version)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX announcement_versions_by_ingest ON announcement_versions (ingest_state)
    WHERE ingest_state IN ('queued', 'processing')`,
  `CREATE INDEX announcement_versions_by_request ON announcement_versions (request_key)
    WHERE request_key IS NOT NULL`,
  `CREATE TABLE announcement_peaks (
    announcement_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    peaks_json TEXT NOT NULL,
    PRIMARY KEY (announcement_id, version),
    FOREIGN KEY (announcement_id, version)
      REFERENCES announcement_versions (announcement_id, version) ON DELETE CASCADE
  ) STRICT`,
  `CREATE TABLE announcement_templates (
    id TEXT PRIMARY KEY,
    area_id TEXT NOT NULL REFERENCES areas (id),
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    fields_json TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
];

const COPY = [
  `INSERT INTO announcements (id, area_id, state, source, version, approved_version)
    SELECT a.id, a.area_id, a.state, 'upload', 1, CASE WHEN ${STATE_BEFORE} = 'approved' THEN 1 END
    FROM announcements_before a ORDER BY a.id`,
  `INSERT INTO announcement_versions (announcement_id, version, state, source, title, created_by, created_at, decided_by,
      decided_at, reason, source_name, ingest_state, ingest_code, source_loudness_lufs, loudness_lufs, true_peak_db, sha256,
      bytes, duration_ms)
    SELECT a.id, 1, ${STATE_BEFORE}, 'upload', a.title, a.created_by, a.created_at, a.decided_by, a.decided_at, a.reason,
      a.source_name, a.ingest_state, a.ingest_code, a.source_loudness_lufs, a.loudness_lufs, a.true_peak_db, a.sha256, a.bytes,
      a.duration_ms
    FROM announcements_before a`,
  `INSERT INTO announcement_peaks (announcement_id, version, peaks_json)
    SELECT announcement_id, 1, peaks_json FROM announcement_peaks_before`,
  "DROP TABLE announcement_peaks_before",
  "DROP TABLE announcements_before",
];

const noteWords = (which: string) =>
  `INSERT OR REPLACE INTO announcement_words (rowid, words) SELECT number, words FROM (${WORDS} WHERE ${which})`;

/** Triggers, not code: whoever writes a title or renames a person cannot forget the index. */
const SEARCH = [
  `CREATE VIRTUAL TABLE announcement_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, prefix = '1 2',
    tokenize = 'unicode61 remove_diacritics 2')`,
  noteWords("1"),
  `CREATE TRIGGER announcement_words_of_version AFTER INSERT ON announcement_versions BEGIN
    ${noteWords("a.id = new.announcement_id")}; END`,
  `CREATE TRIGGER announcement_words_of_change AFTER UPDATE OF title, text ON announcement_versions BEGIN
    ${noteWords("a.id = new.announcement_id")}; END`,
  `CREATE TRIGGER announcement_words_of_choice AFTER UPDATE OF version ON announcements BEGIN
    ${noteWords("a.id = new.id")}; END`,
  `CREATE TRIGGER announcement_words_of_author AFTER UPDATE OF name ON users BEGIN
    ${noteWords("v.created_by = new.id")}; END`,
  `CREATE TRIGGER announcement_words_end AFTER DELETE ON announcements BEGIN
    DELETE FROM announcement_words WHERE rowid = old.number; END`,
];

/** Versions of announcements, templates, and the index that the library is searched by. */
export const content: Migration = {
  name: "0004-content",
  async up(db) {
    const aside = [
      "ALTER TABLE announcement_peaks RENAME TO announcement_peaks_before",
      "ALTER TABLE announcements RENAME TO announcements_before",
      "DROP INDEX announcements_by_area",
      "DROP INDEX announcements_by_ingest",
      "CREATE INDEX audit_of_archive ON audit (subject) WHERE action = 'announcement.archived'",
    ];
    const done = ["DROP INDEX audit_of_archive"];
    for (const statement of [...aside, ...NEW_TABLES, ...COPY, ...done, ...SEARCH])
      await sql.raw(statement).execute(db);
  },
};
