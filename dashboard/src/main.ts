import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/forms.css";
import "./styles/shell.css";
import { keepShell } from "./data/installed.ts";
import { applyTheme } from "./data/preferences.ts";
import { applyLanguage } from "./locales/translate.ts";
import { followLinks } from "./router.ts";

applyTheme();
followLinks();
await applyLanguage().catch(() => undefined);
await import("./app.ts");
addEventListener("load", () => void keepShell());
if (document.readyState === "complete") void keepShell();
