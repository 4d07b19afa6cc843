import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "@loa/kernel/log";
import Database from "better-sqlite3";
import { syncFile, syncFolder } from "./durable-file.ts";

const NAME = "journal.db";
const PARTS = ["", "-wal", "-shm"];
/** Memory that looks like a disk. */
const SHARED_MEMORY = "/dev/shm";

/** A journal that takes writes. `renewed`: the file was damaged and a new one begun. */
export interface OpenJournal {
  readonly db: Database.Database;
  readonly renewed: boolean;
}

/**
 * Opens the journal in `folder`. Where the disk is full or can only be read, a copy in memory goes on from it, over restarts of the process,
 * until the disk takes it back: a station that cannot write must still sound an alert.
 */
export function openJournal(folder: string, schema: string, log: Logger): OpenJournal {
  const spare = spareOf(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(join(spare, NAME))) bringBack(spare, folder);
    return openIn(folder, schema, log);
  } catch (error) {
    log.error({ error: String(error) }, "the disk takes no journal; memory serves until it does");
    if (!existsSync(join(spare, NAME))) copy(folder, spare);
    return openIn(spare, schema, log);
  }
}

/** Of this folder and user alone; another's is never believed. */
function spareOf(folder: string): string {
  const name = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 16);
  const spare = join(SHARED_MEMORY, `loa-journal-${process.getuid?.()}-${name}`);
  const isOwn = !existsSync(spare) || statSync(spare).uid === process.getuid?.();
  return isOwn ? spare : `${spare}-${process.pid}`;
}

function copy(folder: string, spare: string): void {
  mkdirSync(spare, { recursive: true, mode: 0o700 });
  // What lies in memory already is written anew by SQLite.
  for (const part of PARTS.slice(0, 2))
    if (existsSync(join(folder, NAME + part)))
      copyFileSync(join(folder, NAME + part), join(spare, NAME + part));
}

/** Puts the copy in the place of the file that could not be written. */
function bringBack(spare: string, folder: string): void {
  const db = new Database(join(spare, NAME));
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  const [file, fresh] = [join(folder, NAME), join(folder, `${NAME}.new`)];
  try {
    copyFileSync(join(spare, NAME), fresh);
    syncFile(fresh);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  for (const part of PARTS.slice(1)) rmSync(file + part, { force: true });
  renameSync(fresh, file);
  syncFolder(folder);
  rmSync(spare, { recursive: true });
}

function openIn(folder: string, schema: string, log: Logger): OpenJournal {
  const file = join(folder, NAME);
  const sound = open(file, schema);
  if (sound) return { db: sound, renewed: false };
  const aside = `${file}.damaged`;
  for (const part of PARTS) if (existsSync(file + part)) renameSync(file + part, aside + part);
  log.error({ code: "STORE_CORRUPT", aside }, "the journal was damaged, was put aside, and begins anew");
  const db = open(file, schema);
  if (!db) throw new Error(`${file} cannot be opened`);
  return { db, renewed: true };
}

/** Null when it is damaged. */
function open(file: string, schema: string): Database.Database | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { timeout: 2_000 });
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("cache_size = -512");
    const sound = db.pragma("quick_check", { simple: true }) === "ok";
    if (!sound) {
      db.close();
      return null;
    }
    db.exec(schema);
    // A disk that only reads lets all of this pass.
    db.exec("INSERT INTO fact VALUES ('opened', '') ON CONFLICT DO UPDATE SET value = excluded.value");
    return db;
  } catch (error) {
    db?.close();
    const code = (error as { code?: string }).code ?? "";
    if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) return null;
    throw error;
  }
}
