import type { EnrolmentLabel } from "@loa/protocol/enrolment";
import type { StationDetail } from "@loa/protocol/http/stations";
import { api } from "./api.ts";
import { hubNow } from "./hub-clock.ts";

/** How long the hub lets a code be used, where it does not say until when. Source: protocol/src/enrolment.ts */
const VALID_MS = 24 * 3_600_000;

/** A fresh label; the station's older unused one is void from now. @throws ApiError */
export async function newLabel(stationId: string): Promise<{ label: EnrolmentLabel; expiresAt: number }> {
  const label = await api.post<EnrolmentLabel>(`/stations/${stationId}/enrolment`);
  const { enrolment } = await api.get<StationDetail>(`/stations/${stationId}`);
  return { label, expiresAt: enrolment.expiresAt ?? hubNow() + VALID_MS };
}
