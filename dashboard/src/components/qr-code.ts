import { html, type TemplateResult } from "lit";
import { create } from "qrcode";

/** Light squares that a reader needs around the code. */
const QUIET = 4;

/** A QR code in black on white, as sharp as the paper. `label` says what it holds. */
export function qrCode(text: string, label: string): TemplateResult {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  const path = Array.from(data, (dark, i) =>
    dark ? `M${i % size} ${Math.floor(i / size)}h1v1h-1z` : "",
  ).join("");
  const side = size + 2 * QUIET;
  return html`<svg class="qr" viewBox="${-QUIET} ${-QUIET} ${side} ${side}" role="img" aria-label=${label}>
    <path d=${path} />
  </svg>`;
}
