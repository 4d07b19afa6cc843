import { approved } from "./announce.ts";
import type { Answer } from "./api.ts";
import { Commune } from "./commune.ts";
import { decode, speech } from "./sound.ts";

/** Stations of the kill rounds. */
export const KILL_IDS = ["tram-dien-01", "tram-dien-02", "tram-dien-03", "tram-dien-04"] as const;

/** A commune with an approved announcement of some ten seconds, for kill rounds. */
export async function killCommune(): Promise<{
  commune: Commune;
  announcement: Answer;
  asset: Float32Array;
}> {
  const commune = await new Commune(KILL_IDS.map((id, i) => ({ id, crystalPpm: 40 * i - 60 }))).start();
  const text =
    "Bà con chú ý, đây là thông báo khẩn của ban chỉ huy phòng chống thiên tai xã. Nước sông đang lên, đề nghị di dời tài sản lên cao và theo dõi loa truyền thanh.";
  const announcement = await approved(
    commune,
    "Nước lên",
    speech(commune.folder, "nuoc.mp3", text),
    "nuoc.mp3",
  );
  const asset = decode(await (await commune.person("xa")).bytes(`/announcements/${announcement.id}/audio`));
  return { commune, announcement, asset };
}
