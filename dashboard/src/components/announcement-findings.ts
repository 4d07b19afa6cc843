import type { Announcement, SoundFinding } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { t, tCode } from "../locales/translate.ts";
import { lengthText, number, playerTime } from "../words/time-text.ts";
import { loudnessVerdict } from "../words/verdict.ts";
import { type IconName, icon } from "./icon.ts";

const VERDICT: Record<ReturnType<typeof loudnessVerdict>, readonly [tone: string, drawing: IconName]> = {
  veryQuiet: ["warn", "warning"],
  quiet: ["ok", "check"],
  good: ["ok", "check"],
  loud: ["warn", "warning"],
  unknown: ["", "info"],
};

/** How loud the source was and what became of it, in words; figures for those who want them. */
export function loudnessNote(announcement: Announcement): TemplateResult {
  const verdict = loudnessVerdict(announcement);
  const [tone, drawing] = VERDICT[verdict];
  const { sourceLoudnessLufs, loudnessLufs, truePeakDb } = announcement;
  const figures = [
    sourceLoudnessLufs === undefined ? "" : t("loudness.source", { n: number(sourceLoudnessLufs, 1) }),
    loudnessLufs === undefined ? "" : t("loudness.stored", { n: number(loudnessLufs, 1) }),
    truePeakDb === undefined ? "" : t("loudness.peak", { n: number(truePeakDb, 1) }),
  ].filter((text) => text !== "");
  return html`<div class="notice ${tone}" data-testid="loudness">
    ${icon(drawing)}
    <div>
      <strong>${tCode("loudness", verdict)}</strong>
      <span class="small muted">${figures.join(" · ")}</span>
    </div>
  </div>`;
}

/** Where and how much, as far as the finding tells. */
function where({ code, fromMs, toMs, value }: SoundFinding): string {
  if (fromMs !== undefined && toMs !== undefined)
    return code.startsWith("SILENCE")
      ? t("finding.span", { length: lengthText(toMs - fromMs), time: playerTime(fromMs) })
      : t("finding.at", { time: playerTime(fromMs) });
  if (value === undefined) return "";
  if (code === "CLIPPED") return t("finding.times", { n: value });
  return code === "NOISY"
    ? t("finding.noise", { n: number(value) })
    : t("finding.lufs", { n: number(value, 1) });
}

/** What listeners would notice, each with what to do about it. `jump` shows the place on the waveform. */
export function findingList(
  findings: readonly SoundFinding[],
  jump: (ms: number) => void,
): TemplateResult | typeof nothing {
  if (findings.length === 0) return nothing;
  return html`<ul class="findings" aria-label=${t("finding.label")}>
    ${findings.map(
      (finding) => html`<li class="notice warn" data-testid="finding" data-code=${finding.code}>
        ${icon(finding.code.startsWith("SILENCE") ? "silent" : "warning")}
        <div>
          <strong>${t(`finding.${finding.code}`)} <span class="where">${where(finding)}</span></strong>
          ${t(`findingAdvice.${finding.code}`)}
        </div>
        ${finding.fromMs === undefined ? nothing : html`<button class="button quiet" @click=${() => jump(finding.fromMs ?? 0)}>${t("finding.show")}</button>`}
      </li>`,
    )}
  </ul>`;
}
