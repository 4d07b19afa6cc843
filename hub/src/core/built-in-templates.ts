import type { Template, TemplateField } from "@loa/protocol/http/templates";

type Kind = TemplateField["kind"];

const field = (name: string, label: string, kind: Kind, example: string): TemplateField => ({
  name,
  label,
  kind,
  required: true,
  example,
});

const AUTHORITY = field("authority", "Cơ quan thông báo", "text", "Ủy ban nhân dân xã Diễn Hồng");
const PHONE = field("phone", "Điện thoại liên hệ", "phone", "0238 3862 115");
const DATE = field("date", "Ngày", "date", "15/10/2026");
const FROM = field("from", "Từ giờ", "time", "7:00");
const TO = field("to", "Đến giờ", "time", "11:30");

const builtIn = (
  key: string,
  category: Template["category"],
  name: string,
  title: string,
  paragraphs: readonly string[],
  fields: TemplateField[],
): Template => ({
  id: `built-in-${key}`,
  areaId: null,
  category,
  name,
  title,
  text: paragraphs.join("\n"),
  fields,
});

/** Templates that come with Loa: wordings of commune radio. Each names who speaks, says what to do, and says the essential twice. */
export const BUILT_IN_TEMPLATES: readonly Template[] = [
  builtIn(
    "lost-child",
    "lostChild",
    "Tìm trẻ lạc",
    "Tìm cháu {childName} đi lạc",
    [
      "Tin khẩn. {authority} thông báo tìm trẻ lạc.",
      "Cháu {childName}, {age} tuổi. Đặc điểm: {description}.",
      "Cháu được nhìn thấy lần cuối lúc {time}, tại {place}.",
      "Bà con ai thấy cháu, xin giữ cháu ở lại nơi an toàn và gọi ngay số điện thoại {phone}, hoặc báo công an xã.",
      "Xin nhắc lại: tìm cháu {childName}, {age} tuổi, đi lạc tại {place}. Số điện thoại liên hệ: {phone}. Xin trân trọng cảm ơn bà con.",
    ],
    [
      AUTHORITY,
      field("childName", "Họ tên cháu", "text", "Nguyễn Gia Bảo"),
      field("age", "Tuổi", "number", "5"),
      field(
        "description",
        "Đặc điểm, quần áo",
        "longText",
        "cháu trai, cao khoảng một mét, mặc áo đỏ, quần xanh",
      ),
      field("time", "Giờ nhìn thấy lần cuối", "time", "16:30"),
      field("place", "Nơi nhìn thấy lần cuối", "text", "chợ Dàn"),
      PHONE,
    ],
  ),
  builtIn(
    "power-cut",
    "powerCut",
    "Tạm ngừng cấp điện",
    "Tạm ngừng cấp điện ngày {date}",
    [
      "{authority} trân trọng thông báo tới toàn thể bà con nhân dân về lịch tạm ngừng cấp điện.",
      "Ngày {date}, từ {from} đến {to}, tạm ngừng cấp điện tại {places}. Lý do: {reason}.",
      "Đề nghị bà con chủ động sắp xếp sinh hoạt và sản xuất, tắt các thiết bị điện trước khi mất điện. Trong thời gian này, lưới điện có thể được đóng lại bất cứ lúc nào, bà con tuyệt đối không đến gần và không tự ý sửa chữa đường dây.",
      "Xin nhắc lại: mất điện ngày {date}, từ {from} đến {to}. Mọi thắc mắc xin gọi số điện thoại {phone}. Rất mong bà con thông cảm.",
    ],
    [
      AUTHORITY,
      DATE,
      FROM,
      TO,
      field("places", "Nơi mất điện", "longText", "xóm 4, xóm 5 và khu vực chợ Dàn"),
      field("reason", "Lý do", "text", "sửa chữa đường dây hạ thế"),
      PHONE,
    ],
  ),
  builtIn(
    "vaccination",
    "vaccination",
    "Tiêm chủng",
    "Tiêm {vaccine} ngày {date}",
    [
      "Kính thưa bà con nhân dân. {authority} thông báo lịch tiêm chủng.",
      "Nội dung: tiêm {vaccine}. Đối tượng: {who}.",
      "Thời gian: từ {from} đến {to}, ngày {date}. Địa điểm: {place}.",
      "Khi đi tiêm, đề nghị bà con mang theo sổ tiêm chủng, cho trẻ ăn no, và báo với cán bộ y tế nếu trẻ đang sốt hoặc từng bị dị ứng. Sau khi tiêm, ở lại theo dõi ít nhất 30 phút.",
      "Xin nhắc lại: tiêm {vaccine}, ngày {date}, tại {place}. Chi tiết xin liên hệ số điện thoại {phone}.",
    ],
    [
      field("authority", "Cơ quan thông báo", "text", "Trạm y tế xã Diễn Hồng"),
      field("vaccine", "Loại vắc xin", "text", "vắc xin sởi và rubella"),
      field("who", "Đối tượng", "text", "trẻ từ 18 đến 24 tháng tuổi"),
      DATE,
      FROM,
      TO,
      field("place", "Địa điểm", "text", "trạm y tế xã"),
      PHONE,
    ],
  ),
  builtIn(
    "storm-preparation",
    "stormPreparation",
    "Chuẩn bị phòng chống bão",
    "Chuẩn bị ứng phó {stormName}",
    [
      "{authority} thông báo về việc chuẩn bị ứng phó với {stormName}.",
      "Theo dự báo, khoảng {time} ngày {date}, {stormName} sẽ ảnh hưởng trực tiếp đến địa bàn, gió mạnh {windLevel}, kèm mưa to.",
      "Đề nghị bà con chằng chống nhà cửa, chặt tỉa cành cây, đưa tàu thuyền vào nơi trú tránh, thu hoạch sớm lúa và hoa màu đã chín, kê cao tài sản. Dự trữ lương thực, nước uống, thuốc men và đèn pin đủ dùng ít nhất 3 ngày.",
      "Những hộ ở vùng trũng thấp, ven sông, ven biển và nhà không kiên cố, chuẩn bị sơ tán đến {shelter} khi có lệnh. Không ra khỏi nhà khi bão đổ bộ.",
      "Số điện thoại trực ban phòng chống thiên tai: {phone}. Bà con thường xuyên theo dõi thông báo trên loa truyền thanh.",
    ],
    [
      field("authority", "Cơ quan thông báo", "text", "Ban chỉ huy phòng thủ dân sự xã Diễn Hồng"),
      field("stormName", "Tên cơn bão", "text", "bão số 5"),
      field("time", "Giờ ảnh hưởng", "time", "19:00"),
      DATE,
      field("windLevel", "Sức gió", "text", "cấp 9, giật cấp 11"),
      field("shelter", "Nơi sơ tán", "text", "trường tiểu học xã"),
      PHONE,
    ],
  ),
  builtIn(
    "meeting",
    "meeting",
    "Mời họp",
    "Mời họp: {topic}",
    [
      "{authority} trân trọng kính mời {who} về dự họp.",
      "Nội dung: {topic}.",
      "Thời gian: {time}, ngày {date}. Địa điểm: {place}.",
      "Cuộc họp rất quan trọng, đề nghị bà con sắp xếp công việc, đến dự đông đủ và đúng giờ. Gia đình nào vắng mặt, xin cử người đi thay.",
      "Xin nhắc lại: họp lúc {time}, ngày {date}, tại {place}. Kính mời bà con.",
    ],
    [
      field("authority", "Cơ quan mời họp", "text", "Ban cán sự xóm 6"),
      field("who", "Thành phần", "text", "đại diện các hộ gia đình trong xóm"),
      field("topic", "Nội dung", "text", "bình xét gia đình văn hóa năm 2026"),
      field("time", "Giờ họp", "time", "19:30"),
      DATE,
      field("place", "Địa điểm", "text", "nhà văn hóa xóm 6"),
    ],
  ),
  builtIn(
    "water-cut",
    "other",
    "Tạm ngừng cấp nước",
    "Tạm ngừng cấp nước ngày {date}",
    [
      "{authority} thông báo tạm ngừng cấp nước sạch.",
      "Từ {from} đến {to}, ngày {date}, tạm ngừng cấp nước tại {places}. Lý do: {reason}.",
      "Đề nghị bà con chủ động trữ nước đủ dùng. Khi có nước trở lại, nước có thể bị đục trong ít phút đầu, bà con xả bỏ trước khi sử dụng.",
      "Xin nhắc lại: mất nước từ {from} đến {to}, ngày {date}. Số điện thoại liên hệ: {phone}. Rất mong bà con thông cảm.",
    ],
    [
      field("authority", "Đơn vị thông báo", "text", "Nhà máy nước Diễn Châu"),
      DATE,
      FROM,
      TO,
      field("places", "Nơi mất nước", "longText", "xóm 1, xóm 2 và xóm 3"),
      field("reason", "Lý do", "text", "thay đường ống chính"),
      PHONE,
    ],
  ),
  builtIn(
    "fire-prevention",
    "other",
    "Phòng cháy mùa nắng nóng",
    "Phòng cháy, chữa cháy mùa nắng nóng",
    [
      "{authority} thông báo về công tác phòng cháy, chữa cháy trong đợt nắng nóng.",
      "Từ ngày {date}, địa bàn có nắng nóng gay gắt, nhiệt độ cao nhất khoảng {temperature} độ. Cấp dự báo cháy rừng: {fireLevel}.",
      "Đề nghị bà con không đốt rơm rạ, không đốt thực bì, không mang lửa vào rừng. Tại gia đình, không dùng nhiều thiết bị điện cùng lúc, không sạc xe điện qua đêm, tắt bếp và ngắt điện khi ra khỏi nhà.",
      "Khi phát hiện cháy, hô hoán để mọi người cùng biết, ngắt điện, và gọi ngay số 114, hoặc số điện thoại {phone}.",
    ],
    [
      AUTHORITY,
      { ...DATE, example: "5/6/2026" },
      field("temperature", "Nhiệt độ cao nhất", "number", "39"),
      field("fireLevel", "Cấp cháy rừng", "text", "cấp 5, cực kỳ nguy hiểm"),
      PHONE,
    ],
  ),
  builtIn(
    "crop-pests",
    "other",
    "Phòng trừ sâu bệnh",
    "Phòng trừ {pest} trên {crop}",
    [
      "{authority} thông báo tới bà con nông dân về việc phòng trừ {pest}.",
      "Qua kiểm tra đồng ruộng, {pest} đang phát sinh gây hại trên {crop}, tại {places}.",
      "Đề nghị bà con thăm đồng thường xuyên. Phun thuốc từ ngày {date} đến ngày {untilDate}, vào sáng sớm hoặc chiều mát, dùng {treatment}. Phun theo nguyên tắc bốn đúng: đúng thuốc, đúng lúc, đúng liều lượng, đúng cách.",
      "Sau khi phun, thu gom vỏ bao bì vào bể chứa, không vứt ra đồng ruộng, kênh mương. Cần hướng dẫn, xin gọi số điện thoại {phone}.",
    ],
    [
      field("authority", "Cơ quan thông báo", "text", "Hợp tác xã nông nghiệp Diễn Hồng"),
      field("pest", "Loại sâu bệnh", "text", "sâu cuốn lá nhỏ"),
      field("crop", "Cây trồng", "text", "lúa hè thu"),
      field("places", "Nơi bị hại", "longText", "cánh đồng Trại và cánh đồng Mới"),
      field("date", "Phun từ ngày", "date", "10/7/2026"),
      field("untilDate", "Đến ngày", "date", "14/7/2026"),
      field("treatment", "Thuốc", "text", "thuốc có hoạt chất indoxacarb, pha theo hướng dẫn trên bao bì"),
      PHONE,
    ],
  ),
];
