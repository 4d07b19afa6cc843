import { user } from "./session.ts";
import { world } from "./world.ts";

/** Time zone of the user's area, in which every date and time of the page is meant. */
export function hubZone(): string {
  const own = world.areas.get(user.value?.areaId ?? "") ?? world.areas.all[0];
  return own?.timeZone ?? "Asia/Ho_Chi_Minh";
}
