import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/forms.css";
import "./styles/shell.css";
import { applyTheme } from "./data/preferences.ts";
import { applyLanguage } from "./locales/translate.ts";
import { followLinks } from "./router.ts";

applyTheme();
followLinks();
await applyLanguage().catch(() => undefined);
await import("./app.ts");
