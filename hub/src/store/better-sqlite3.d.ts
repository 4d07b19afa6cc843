/** The part of better-sqlite3 that the store uses; the package brings no types of its own. */
declare module "better-sqlite3" {
  interface Statement {
    readonly reader: boolean;
    all(parameters: ReadonlyArray<unknown>): unknown[];
    run(parameters: ReadonlyArray<unknown>): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(parameters: ReadonlyArray<unknown>): IterableIterator<unknown>;
  }
  class SqliteDatabase {
    constructor(path: string, options?: { timeout?: number });
    close(): void;
    prepare(sql: string): Statement;
    exec(sql: string): this;
    pragma(text: string, options?: { simple?: boolean }): unknown;
  }
  // biome-ignore lint/style/noDefaultExport: the package exports it so
  export default SqliteDatabase;
}
