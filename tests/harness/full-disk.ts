import { DatabaseSync } from "node:sqlite";

/** Makes a SQLite store take no more writes, as on a full disk, for whoever has it open; returns what frees the disk. */
export function fillStore(file: string): () => void {
  const tables = withStore(file, (store) =>
    store
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
      )
      .all()
      .map(({ name }) => String(name)),
  );
  const triggers = tables.flatMap((table) =>
    ["INSERT", "UPDATE"].map((on) => ({ table, on, name: `full_${table}_${on}` })),
  );
  withStore(file, (store) => {
    for (const { table, on, name } of triggers)
      store.exec(`CREATE TRIGGER "${name}" BEFORE ${on} ON "${table}"
        BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`);
  });
  return () =>
    withStore(file, (store) => {
      for (const { name } of triggers) store.exec(`DROP TRIGGER "${name}"`);
    });
}

function withStore<T>(file: string, work: (store: DatabaseSync) => T): T {
  const store = new DatabaseSync(file);
  try {
    store.exec("PRAGMA busy_timeout = 5000");
    return work(store);
  } finally {
    store.close();
  }
}
