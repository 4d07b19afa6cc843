import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file so that a power cut leaves either the old or the new one: a sibling is written and synced, then renamed, then the
 * folder is synced.
 */
export function writeDurably(file: string, content: string, mode = 0o600): void {
  const sibling = `${file}.new`;
  const fd = openSync(sibling, "w", mode);
  try {
    writeSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(sibling, file);
  syncFolder(dirname(file));
}

/** Makes what a file holds survive a power cut. */
export const syncFile = (file: string): void => syncPath(file);

/** Makes renames within a folder survive a power cut. */
export const syncFolder = (folder: string): void => syncPath(folder);

function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
