import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Name of the worker's entry; also what the browser asks for. */
export const WORKER = "sw";
/** Fonts of pages that nobody needs without the hub would only cost a phone's volume of data. */
const KEPT = /\.(html|js|css|svg|png|webmanifest)$/;

/**
 * Tells the service worker which files make up this build: replaces `__SHELL__` by their paths and `__VERSION__` by a hash over their
 * contents, so that a new build is a new worker and an unchanged one is not.
 */
export function serviceWorker(publicFolder: string): Plugin {
  return {
    name: "loa-service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const hash = createHash("sha256");
        const paths: string[] = [];
        const add = (name: string, content: string | Uint8Array) => {
          if (name === `${WORKER}.js` || !KEPT.test(name)) return;
          paths.push(`/${name}`);
          hash.update(name).update(content);
        };
        for (const [name, file] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1)))
          add(name, file.type === "chunk" ? file.code : file.source);
        for (const name of readdirSync(publicFolder).sort())
          add(name, readFileSync(join(publicFolder, name)));
        const worker = bundle[`${WORKER}.js`];
        if (worker?.type !== "chunk") throw new Error("the service worker was not built");
        if (/^\s*import\b/m.test(worker.code)) throw new Error("the service worker must be one file");
        const shell = paths.map((one) => (one === "/index.html" ? "/" : one));
        worker.code = worker.code
          .replace(/["'`]__VERSION__["'`]/, JSON.stringify(hash.digest("hex").slice(0, 16)))
          .replace(/["'`]__SHELL__["'`]/, JSON.stringify(shell));
      },
    },
  };
}
