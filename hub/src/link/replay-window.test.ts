import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReplayWindow, WINDOW } from "./replay-window.ts";

describe("the replay window", () => {
  test("takes each pair once, however messages are doubled and mixed, and never forgets within a session", () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5_000 })), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(pairs, (messages) => {
        const window = new ReplayWindow();
        const taken = new Set<string>();
        let session = 0;
        let highest = 0;
        for (const [s, c] of messages) {
          const verdict = window.take(s, c);
          if (s < session) {
            expect(verdict).toBe("old-session");
            continue;
          }
          if (s > session) [session, highest] = [s, 0];
          const fresh = !taken.has(`${s}.${c}`) && c > highest - WINDOW;
          expect(verdict).toBe(fresh ? "fresh" : "replayed");
          if (fresh) taken.add(`${s}.${c}`);
          highest = Math.max(highest, c);
        }
      }),
    );
  });

  test("after a restart takes nothing at or below the high-water it kept", () => {
    const window = new ReplayWindow(4, 900);
    expect([window.take(4, 900), window.take(4, 899), window.take(3, 2_000)]).toEqual([
      "replayed",
      "replayed",
      "old-session",
    ]);
    expect([window.take(4, 903), window.take(4, 901), window.take(4, 901)]).toEqual([
      "fresh",
      "fresh",
      "replayed",
    ]);
  });

  test("a new session begins anew", () => {
    const window = new ReplayWindow(4, 900);
    expect([window.take(5, 1), window.take(5, 1), window.take(4, 901)]).toEqual([
      "fresh",
      "replayed",
      "old-session",
    ]);
  });
});
