import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { aptInstall, aptUsable } from "./apt.mjs";
import { fail, ROOT, say } from "./say.mjs";

const FFMPEG_STATIC = path.join(ROOT, "node_modules/ffmpeg-static");
const DOWNLOAD_LIMIT_MS = 60_000;
const FONTS = ["dejavu/DejaVuSans.ttf", "noto/NotoSans-Regular.ttf", "liberation/LiberationSans-Regular.ttf"];

/**
 * What Loa runs beside its npm packages. `packages` are Debian's names, the first that exists is taken.
 * Without a `required` program there is no start; the others are only mentioned.
 */
export const PROGRAMS = [
  {
    name: "ffmpeg",
    modes: ["start", "test"],
    required: true,
    packages: ["ffmpeg"],
    found: findFfmpeg,
    ways: "install it (apt install ffmpeg), or set LOA_FFMPEG to its path, or let ffmpeg-static download it (node node_modules/ffmpeg-static/install.js)",
  },
  {
    name: "espeak-ng",
    modes: ["start", "test"],
    required: true,
    packages: ["espeak-ng"],
    found: () => onPath("espeak-ng"),
    ways: "install it (apt install espeak-ng)",
  },
  {
    name: "libasound2",
    modes: ["start", "test"],
    required: false,
    packages: ["libasound2t64", "libasound2"],
    found: () => inLibraries("libasound.so.2"),
    ways: "install it (apt install libasound2); real sound cards need it",
  },
  {
    name: "chromium",
    modes: ["test"],
    required: true,
    packages: ["chromium"],
    found: () => onPath("chromium") ?? onPath("chromium-browser") ?? onPath("google-chrome"),
    ways: "install it (apt install chromium)",
  },
  {
    name: "pulseaudio",
    modes: ["test"],
    required: false,
    packages: ["pulseaudio"],
    found: () => onPath("pulseaudio"),
    ways: "install it (apt install pulseaudio); sound is measured with it",
  },
  {
    name: "pulseaudio-utils",
    modes: ["test"],
    required: false,
    packages: ["pulseaudio-utils"],
    found: () => onPath("parec"),
    ways: "install it (apt install pulseaudio-utils); sound is measured with it",
  },
  {
    name: "libasound2-plugins",
    modes: ["test"],
    required: false,
    packages: ["libasound2-plugins"],
    found: () => inLibraries("alsa-lib/libasound_module_pcm_pulse.so"),
    ways: "install it (apt install libasound2-plugins); sound is measured with it",
  },
  {
    name: "mosquitto-clients",
    modes: ["test"],
    required: false,
    packages: ["mosquitto-clients"],
    found: () => onPath("mosquitto_pub"),
    ways: "install it (apt install mosquitto-clients); the broker is tested with it",
  },
  {
    name: "a font with Vietnamese letters",
    modes: ["test"],
    required: false,
    packages: ["fonts-dejavu-core"],
    found: () => FONTS.map((file) => path.join("/usr/share/fonts/truetype", file)).find(existsSync),
    ways: "install one (apt install fonts-dejavu-core)",
  },
];

/** Programs that `mode` uses and this machine lacks. */
export function missing(mode, programs = PROGRAMS) {
  return programs.filter((program) => program.modes.includes(mode) && !program.found());
}

/** Installs what `mode` lacks through apt; without apt, tries ffmpeg-static's own download. */
export function ensurePrograms(mode) {
  let lacking = missing(mode);
  if (lacking.length === 0) return;
  const names = lacking.map((program) => program.name).join(", ");
  let output = "";
  if (aptUsable()) {
    say(`installing ${names} (apt)`);
    output = aptInstall(lacking.map((program) => program.packages));
  } else if (lacking.some((program) => program.name === "ffmpeg")) downloadFfmpeg();
  lacking = missing(mode);
  for (const { name, ways, required } of lacking) if (!required) say(`${name} is missing: ${ways}`);
  const needed = lacking.filter((program) => program.required);
  if (needed.length > 0)
    fail(needed.map(({ name, ways }) => `${name} is missing: ${ways}`).join("\nloa: "), output);
}

function downloadFfmpeg() {
  const script = path.join(FFMPEG_STATIC, "install.js");
  if (!existsSync(script)) return;
  say("fetching ffmpeg (ffmpeg-static)");
  spawnSync(process.execPath, [script], { cwd: FFMPEG_STATIC, timeout: DOWNLOAD_LIMIT_MS, stdio: "ignore" });
}

/** LOA_FFMPEG, else ffmpeg on PATH, else ffmpeg-static's binary. A wrong LOA_FFMPEG is not passed over in silence. */
export function findFfmpeg(env = process.env, binary = path.join(FFMPEG_STATIC, "ffmpeg")) {
  if (env.LOA_FFMPEG) {
    const found = env.LOA_FFMPEG.includes("/") ? executable(env.LOA_FFMPEG) : onPath(env.LOA_FFMPEG, env);
    return found ?? fail(`LOA_FFMPEG names ${env.LOA_FFMPEG}, which is no executable file.`);
  }
  return onPath("ffmpeg", env) ?? executable(binary);
}

function onPath(name, env = process.env) {
  for (const folder of (env.PATH ?? "").split(path.delimiter)) {
    const found = folder && executable(path.join(folder, name));
    if (found) return found;
  }
  return undefined;
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}

/** A library under /usr/lib, /lib or one of their folders by machine (such as aarch64-linux-gnu). */
function inLibraries(file) {
  for (const base of ["/usr/lib", "/lib"].filter(existsSync)) {
    const machines = readdirSync(base).filter((name) => name.includes("-linux-gnu"));
    const found = ["", ...machines].map((name) => path.join(base, name, file)).find(existsSync);
    if (found) return found;
  }
  return undefined;
}
