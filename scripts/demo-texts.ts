/** Who made a demo announcement for which area, and what became of it. */
export interface DemoText {
  readonly title: string;
  readonly text: string;
  readonly area: "nghe-an" | "vinh-tan" | "dien-hong" | "kim-lien";
  readonly author: "tinh" | "huyen";
  readonly fate:
    | { readonly is: "draft" | "submitted" }
    | { readonly is: "approved"; readonly by: string; readonly expiresInDays?: number }
    | { readonly is: "rejected"; readonly by: string; readonly reason: string };
}

/** What the whole province hears every day, and what is due within the first minute. */
export const MORNING: DemoText = {
  title: "Bản tin buổi sáng",
  area: "nghe-an",
  author: "tinh",
  fate: { is: "approved", by: "admin" },
  text: `Đài truyền thanh tỉnh Nghệ An xin chào toàn thể bà con.
Hôm nay nhiều mây, có lúc có mưa rào nhẹ, nhiệt độ từ 24 đến 31°C, gió đông nam cấp 2-3. Thời tiết thuận lợi cho việc thu hoạch lúa.
UBND các xã nhắc bà con kiểm tra lại kênh mương trước mùa mưa.`,
};

/**
 * What a newcomer finds in the library: one of each kind that a commune makes, in each state. None is by the commune's own people, whose
 * first steps are still to come.
 */
export const LIBRARY: readonly DemoText[] = [
  {
    title: "Tạm ngừng cấp điện sáng thứ Năm",
    area: "vinh-tan",
    author: "huyen",
    fate: { is: "approved", by: "huyen2", expiresInDays: 7 },
    text: `Điện lực TP Vinh thông báo: sáng thứ 5 tuần này, từ 6h đến 10h30, các khối 1, 2 và 3 tạm ngừng cấp điện để sửa chữa đường dây 22 kV.
Mong bà con thông cảm và tắt các thiết bị điện trước giờ cắt. Mọi thắc mắc xin gọi 1900 6769.`,
  },
  {
    title: "Tiêm chủng cho trẻ em",
    area: "vinh-tan",
    author: "huyen",
    fate: { is: "submitted" },
    text: `Trạm y tế phường thông báo: sáng thứ 7 tuần này, từ 7h30 đến 11h, trạm tổ chức tiêm chủng cho trẻ em dưới 2 tuổi.
Đề nghị các gia đình đưa cháu đến đúng giờ và mang theo sổ tiêm. Điện thoại của trạm: 0238 3842 567.`,
  },
  {
    title: "Họp khối bàn việc xây nhà văn hóa",
    area: "vinh-tan",
    author: "huyen",
    fate: { is: "draft" },
    text: `Ban cán sự khối 4 kính mời đại diện các hộ gia đình đến họp lúc 19h30 tối thứ 6, tại nhà văn hóa khối.
Nội dung: bàn việc sửa chữa nhà văn hóa, kinh phí dự kiến 85 triệu đồng, và thống nhất quy ước ANTT.`,
  },
  {
    title: "Ra quân dọn vệ sinh ngõ xóm",
    area: "vinh-tan",
    author: "huyen",
    fate: {
      is: "rejected",
      by: "huyen2",
      reason: "Ghi rõ ngày, giờ và nơi tập trung, rồi gửi duyệt lại.",
    },
    text: "Đoàn thanh niên phường kêu gọi bà con ra quân dọn vệ sinh ngõ xóm, khơi thông cống rãnh, phát quang bụi rậm để phòng bệnh sốt xuất huyết.",
  },
  {
    title: "Tìm cháu Minh, 6 tuổi",
    area: "vinh-tan",
    author: "huyen",
    fate: { is: "approved", by: "huyen2", expiresInDays: 1 },
    text: `Khoảng 16h30 chiều nay, cháu Nguyễn Hoàng Minh, 6 tuổi, đi lạc ở khu vực chợ Quán Lau. Cháu cao 1,1 m, mặc áo thun màu vàng, quần xanh, đi dép nâu.
Ai thấy cháu ở đâu xin báo cho gia đình theo số 0912 345 678, hoặc công an phường. Gia đình xin cảm ơn.`,
  },
  {
    title: "Lịch lấy nước vụ hè thu",
    area: "dien-hong",
    author: "tinh",
    fate: { is: "approved", by: "admin", expiresInDays: 30 },
    text: `HTX dịch vụ nông nghiệp Diễn Hồng thông báo lịch lấy nước đợt 2, vụ hè thu.
Xóm 1 đến xóm 4: từ 5h ngày mùng 10 đến 17h ngày 12. Xóm 5 đến xóm 8: từ 5h ngày 13 đến 17h ngày 15. Bà con giữ bờ, không để nước tràn, mỗi sào chỉ lấy 3-5 cm.`,
  },
  {
    title: "Phòng trừ rầy nâu trên lúa",
    area: "dien-hong",
    author: "tinh",
    fate: { is: "approved", by: "admin" },
    text: `Trung tâm dịch vụ nông nghiệp khuyến cáo: rầy nâu đang nở rộ, mật độ nơi cao 1.500 con/m². Bà con thăm đồng thường xuyên, phun khi mật độ trên 1.000 con/m², theo nguyên tắc 4 đúng, vào lúc chiều mát.`,
  },
  {
    title: "Chuẩn bị ứng phó với bão",
    area: "nghe-an",
    author: "tinh",
    fate: { is: "approved", by: "admin" },
    text: `BCĐ PCTT&TKCN tỉnh thông báo: dự báo trong 48 giờ tới, bão có thể đổ bộ vào đất liền với sức gió cấp 9-10, giật cấp 12.
Đề nghị bà con chằng chống nhà cửa, chặt tỉa cành cây, dự trữ lương thực và nước uống cho ít nhất 3 ngày, đưa trâu bò về nơi an toàn. Tàu thuyền khẩn trương về bến. Đường dây nóng cứu hộ: 112.`,
  },
  {
    title: "Lễ hội Làng Sen",
    area: "kim-lien",
    author: "tinh",
    fate: { is: "approved", by: "admin" },
    text: `UBND xã Kim Liên trân trọng kính mời bà con và du khách tham dự Lễ hội Làng Sen, khai mạc lúc 20h ngày 18/5, tại Khu di tích Kim Liên. Để bảo đảm ATGT, xe ô tô gửi tại bãi cách cổng 500 m.`,
  },
];
