import type { AlertTemplate } from "@loa/protocol/http/alerts";
import type { TemplateField } from "@loa/protocol/http/templates";

const field = (name: string, label: string, kind: TemplateField["kind"], example: string): TemplateField => ({
  ...{ name, label, kind, required: true, example },
});

const PLACE = field("place", "Khu vực", "text", "xóm 1, xóm 2 và xóm 3");
const SHELTER = field("shelter", "Nơi trú ẩn", "text", "trường tiểu học và nhà văn hóa xã");
const PHONE = field("phone", "Điện thoại liên hệ", "phone", "0238 3862 115");

const HOUR = 3_600;

/** Wordings for dangers that come with Loa. Each says what happens, what to do at once, and the essential twice. */
export const BUILT_IN_ALERTS: readonly AlertTemplate[] = [
  {
    ...{ id: "built-in-storm", event: "storm", name: "Bão đổ bộ", headline: "Bão sắp đổ bộ vào {place}" },
    text: [
      "Báo động bão. Bão sắp đổ bộ vào {place}, dự kiến lúc {time}.",
      "Bà con ở yên trong nhà kiên cố, đóng chặt cửa, ngắt điện, tránh xa cây lớn và cột điện. Nhà không kiên cố, đến ngay {shelter}.",
      "Xin nhắc lại: bão sắp đổ bộ. Ở yên trong nhà kiên cố, hoặc đến ngay {shelter}. Cần giúp đỡ, gọi {phone}.",
    ].join("\n"),
    fields: [PLACE, field("time", "Giờ dự kiến", "time", "19:30"), SHELTER, PHONE],
    ...{ tone: "siren", repeat: 3, expiresInSeconds: 6 * HOUR },
  },
  {
    ...{ id: "built-in-flood", event: "flood", name: "Lũ về", headline: "Lũ đang lên tại {place}" },
    text: [
      "Báo động lũ. Nước đang lên nhanh tại {place}.",
      "Bà con rời ngay vùng thấp, lên nơi cao: {shelter}. Ngắt điện, đưa người già và trẻ em đi trước, không lội qua dòng nước chảy.",
      "Xin nhắc lại: lũ đang lên tại {place}. Lên ngay nơi cao. Cần cứu hộ, gọi {phone}.",
    ].join("\n"),
    fields: [PLACE, SHELTER, PHONE],
    ...{ tone: "siren", repeat: 3, expiresInSeconds: 3 * HOUR },
  },
  {
    ...{ id: "built-in-fire", event: "fire", name: "Cháy", headline: "Cháy tại {place}" },
    text: [
      "Báo động cháy tại {place}.",
      "Bà con ở gần rời ngay khỏi nhà, đi ngược hướng gió, nhường đường cho xe chữa cháy. Không quay lại lấy tài sản.",
      "Xin nhắc lại: cháy tại {place}. Rời ngay khỏi khu vực, và gọi một một bốn.",
    ].join("\n"),
    fields: [PLACE],
    ...{ tone: "siren", repeat: 3, expiresInSeconds: HOUR },
  },
  {
    ...{ id: "built-in-evacuation", event: "evacuation", name: "Sơ tán khẩn cấp" },
    headline: "Sơ tán khẩn cấp {place}",
    text: [
      "Lệnh sơ tán khẩn cấp. Toàn bộ người dân {place} rời nhà ngay, đến {shelter}.",
      "Mang theo giấy tờ, thuốc men, nước uống. Giúp người già, trẻ em và người khuyết tật. Làm theo hướng dẫn của công an và dân quân.",
      "Xin nhắc lại: {place} sơ tán ngay đến {shelter}. Cần giúp đỡ, gọi {phone}.",
    ].join("\n"),
    fields: [PLACE, SHELTER, PHONE],
    ...{ tone: "siren", repeat: 3, expiresInSeconds: 3 * HOUR },
  },
  {
    ...{ id: "built-in-all-clear", event: "allClear", name: "Hết nguy hiểm" },
    headline: "Hết nguy hiểm tại {place}",
    text: [
      "Thông báo hết nguy hiểm. Tình trạng khẩn cấp tại {place} đã kết thúc.",
      "Bà con có thể trở về nhà, kiểm tra điện, nước và nhà cửa trước khi sử dụng. Cần giúp đỡ, gọi {phone}.",
    ].join("\n"),
    fields: [PLACE, PHONE],
    ...{ tone: "chime", repeat: 2, expiresInSeconds: HOUR },
  },
];
