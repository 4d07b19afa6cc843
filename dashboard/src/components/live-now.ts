import type { LiveSummary } from "@loa/protocol/http/live";
import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { hubNow } from "../data/hub-clock.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { clockTime, playerTime } from "../words/time-text.ts";
import { confirmed } from "./confirm.ts";
import { icon } from "./icon.ts";
import { placesOf } from "./live-archive.ts";
import { say, sayError } from "./toast.ts";

/** Asks, then ends somebody's live speech at all of its stations. */
export async function stopLive(live: LiveSummary): Promise<void> {
  const yes = await confirmed({
    title: t("stop.broadcast", { title: t("live.onAir", { name: live.by.name }) }),
    facts: [t("stop.willSilence", { n: live.counts.ready })],
    yes: t("stop.yes"),
    no: t("stop.no"),
    stop: true,
  });
  if (!yes) return;
  try {
    await api.delete(`/live/${live.id}`);
    say(t("stop.sent", { n: live.counts.stations }));
  } catch (thrown) {
    sayError(thrown);
  }
}

function card(live: LiveSummary): TemplateResult {
  const { id, by, counts, startedAt, createdAt, endsBy } = live;
  const own = by.id === user.value?.id;
  return html`<article class="air-card" data-testid="live-on-air">
    <div class="air-text">
      <p class="air-kicker"><span class="pulse">${icon("microphone")}</span>${t("onAir.now")}</p>
      <h2><a href="/live/${id}">${t("live.onAir", { name: by.name })}</a></h2>
      <p>
        ${placesOf(live)} · ${t("live.readyOf", { n: counts.ready, of: counts.stations })}${
          counts.failed + counts.unreachable > 0
            ? html` · <strong>${t("live.notHearing", { n: counts.failed + counts.unreachable })}</strong>`
            : nothing
        }
      </p>
      <p>${playerTime(hubNow() - (startedAt ?? createdAt))} · ${t("live.endsBy", { time: clockTime(endsBy) })}</p>
    </div>
    ${
      own || may("stop")
        ? html`<button class="button stop big-stop" data-testid="live-stop" @click=${() => void stopLive(live)}>
            ${icon("stop")}${t("stop.button")}
          </button>`
        : nothing
    }
  </article>`;
}

/** A card for each live speech that goes on. */
export function liveNow(): TemplateResult[] {
  const away = feed.link.value.state === "away";
  return world.live.all
    .filter(({ state, endsBy }) => state !== "ended" && (!away || endsBy > hubNow()))
    .map(card);
}
