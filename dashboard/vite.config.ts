import { join } from "node:path";
import { defineConfig } from "vite";
import { outline } from "./build/outline.ts";
import { serviceWorker, WORKER } from "./build/service-worker.ts";

const hub = process.env.LOA_HUB ?? "http://127.0.0.1:8080";
const root = import.meta.dirname;

/** Office computers of 2015 run Chrome 109, the last for Windows 7. */
const OLDEST_BROWSERS = ["chrome109", "firefox115", "safari15.4"];

export default defineConfig({
  root,
  plugins: [outline(), serviceWorker(join(root, "public"))],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: OLDEST_BROWSERS,
    cssTarget: OLDEST_BROWSERS,
    rollupOptions: {
      input: { index: join(root, "index.html"), [WORKER]: join(root, "src/sw.ts") },
      output: {
        entryFileNames: ({ name }) => (name === WORKER ? `${WORKER}.js` : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { proxy: { "/api": hub } },
});
