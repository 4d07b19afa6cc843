import { type CapAlert, type CapInfo, capTime } from "@loa/hub/core/cap-alert";
import { capAlert, capArea, capInfo } from "@loa/hub/core/cap-alert.fixture";
import { writeCap } from "@loa/hub/interop/cap/write-cap";

/** What the weather service of these tests calls itself. */
export const BUREAU = "bao@example.vn";
/** How it names the commune of the tests. */
export const COMMUNE_CODE = { valueName: "GSO", value: "17950" };
/** What hub.yaml says of its geocodes and languages. */
export const CAP_PLACES = { geocodes: [{ ...COMMUNE_CODE, areaId: "vinh-tan" }], languages: ["vi", "en"] };

let count = 0;
/** A message of the weather service over the commune, sent now, for ten minutes. */
export function stormMessage(head: Partial<CapAlert> = {}, info: Partial<CapInfo> = {}): CapAlert {
  const now = Date.now();
  const about = {
    ...{ expires: capTime(now + 600_000, 420), headline: "Bão số 7", description: "Bão đang vào bờ." },
    ...{
      senderName: "Đài khí tượng",
      areas: [capArea({ areaDesc: "Phường Vinh Tân", geocodes: [COMMUNE_CODE] })],
    },
  };
  return capAlert({
    ...{ identifier: `VN-${++count}`, sender: BUREAU, sent: capTime(now, 420) },
    infos: [capInfo({ ...about, ...info })],
    ...head,
  });
}

/** A message about another one. */
export const following = ({ sender, identifier, sent }: CapAlert, head: Partial<CapAlert>): CapAlert =>
  stormMessage({ references: [{ sender, identifier, sent }], ...head });

export { writeCap };
