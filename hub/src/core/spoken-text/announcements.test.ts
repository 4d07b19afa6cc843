import { expect, test } from "vitest";
import { readAloud } from "./read-aloud.ts";

test.each([
  [
    "a storm",
    "KHẨN CẤP: Bão số 5 giật cấp 11-12, cách bờ biển Nghệ An khoảng 120 km. Từ 19h ngày 27/9 đến 4h ngày 28/9, lượng mưa 150-250 mm, có nơi trên 350 mm. Liên hệ BCH PCTT&TKCN xã: 0238.3862.114.",
    "KHẨN CẤP: Bão số năm giật cấp mười một đến mười hai, cách bờ biển Nghệ An khoảng một trăm hai mươi ki lô mét. Từ mười chín giờ ngày hai mươi bảy tháng chín đến bốn giờ ngày hai mươi tám tháng chín, lượng mưa một trăm năm mươi đến hai trăm năm mươi mi li mét, có nơi trên ba trăm năm mươi mi li mét. Liên hệ ban chỉ huy phòng chống thiên tai và tìm kiếm cứu nạn xã: không hai ba tám, ba tám sáu hai, một một bốn.",
  ],
  [
    "a power cut",
    "Điện lực thông báo: từ 7h30 - 11h30 ngày 5/9/2026 (thứ 7) tạm ngừng cấp điện đường dây 22kV, TBA 250 kVA xóm 3; tổng đài CSKH: 1900 6769.",
    "Điện lực thông báo: từ bảy giờ ba mươi phút đến mười một giờ ba mươi phút ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu (thứ bảy) tạm ngừng cấp điện đường dây hai mươi hai ki lô vôn, trạm biến áp hai trăm năm mươi ki lô vôn am pe xóm ba; tổng đài chăm sóc khách hàng: một chín không không, sáu bảy sáu chín.",
  ],
  [
    "a vaccination",
    "Trạm Y tế xã tiêm vắc xin sởi-rubella cho trẻ từ 9-36 tháng tuổi, mũi 2, từ 7h00-10h30 sáng thứ 4, 12/10. Mang theo CCCD, thẻ BHYT.",
    "Trạm Y tế xã tiêm vắc xin sởi-rubella cho trẻ từ chín đến ba mươi sáu tháng tuổi, mũi hai, từ bảy giờ đến mười giờ ba mươi phút sáng thứ tư, ngày mười hai tháng mười. Mang theo căn cước công dân, thẻ bảo hiểm y tế.",
  ],
  [
    "a meeting",
    "Kính mời đ/c Bí thư, ông/bà Trưởng xóm dự họp lúc 14:00 thứ 2 (ngày 08/06/2026) tại NVH xóm 7, v/v xây dựng NTM giai đoạn 2026-2030.",
    "Kính mời đồng chí Bí thư, ông, bà Trưởng xóm dự họp lúc mười bốn giờ thứ hai (ngày tám tháng sáu năm hai nghìn không trăm hai mươi sáu) tại nhà văn hóa xóm bảy, về việc xây dựng nông thôn mới giai đoạn hai nghìn không trăm hai mươi sáu đến hai nghìn không trăm ba mươi.",
  ],
  [
    "a lost child",
    "Cháu Nguyễn Văn An, 6 tuổi, cao 1m15, nặng 20kg, lạc lúc 16h30 ngày 3/5 tại chợ Sen. Ai thấy cháu báo công an xã số 0238 3825 113 hoặc 113.",
    "Cháu Nguyễn Văn An, sáu tuổi, cao một mét mười lăm, nặng hai mươi ki lô gam, lạc lúc mười sáu giờ ba mươi phút ngày ba tháng năm tại chợ Sen. Ai thấy cháu báo công an xã số không hai ba tám, ba tám hai năm, một một ba hoặc một một ba.",
  ],
  [
    "prices and harvest",
    "Giá lúa 8.500 đ/kg, phân đạm 12.000-12.500đ/kg; năng suất 65-70 tạ/ha, tăng 3,5% so với năm 2025.",
    "Giá lúa tám nghìn năm trăm đồng một ki lô gam, phân đạm mười hai nghìn đến mười hai nghìn năm trăm đồng một ki lô gam; năng suất sáu mươi lăm đến bảy mươi tạ trên héc ta, tăng ba phẩy năm phần trăm so với năm hai nghìn không trăm hai mươi lăm.",
  ],
  [
    "a fine",
    "Từ ngày 1/1/2025, phạt từ 4-6 triệu đồng (Nghị định 168/2024/NĐ-CP) với xe máy vượt đèn đỏ trên QL46.",
    "Từ ngày một tháng một năm hai nghìn không trăm hai mươi lăm, phạt từ bốn đến sáu triệu đồng (Nghị định một trăm sáu mươi tám trên hai nghìn không trăm hai mươi tư, chính phủ) với xe máy vượt đèn đỏ trên quốc lộ bốn mươi sáu.",
  ],
  [
    "a collection",
    "Đóng quỹ 50.000đ/hộ trước 30/6; 1.185/1.200 hộ đã đóng, đạt 98,75%.",
    "Đóng quỹ năm mươi nghìn đồng một hộ trước ngày ba mươi tháng sáu; một nghìn một trăm tám mươi lăm trên một nghìn hai trăm hộ đã đóng, đạt chín mươi tám phẩy bảy mươi lăm phần trăm.",
  ],
])("%s is read as people say it", (_, written, spoken) => expect(readAloud(written, []).spoken).toBe(spoken));
