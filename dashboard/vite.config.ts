import { defineConfig } from "vite";
import { outline } from "./build/outline.ts";

const hub = process.env.LOA_HUB ?? "http://127.0.0.1:8080";

/** Office computers of 2015 run Chrome 109, the last for Windows 7. */
const OLDEST_BROWSERS = ["chrome109", "firefox115", "safari15.4"];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [outline()],
  build: { outDir: "dist", emptyOutDir: true, target: OLDEST_BROWSERS, cssTarget: OLDEST_BROWSERS },
  server: { proxy: { "/api": hub } },
});
