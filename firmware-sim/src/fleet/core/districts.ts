/** A legacy district-level unit of Nghệ An: where its seat lies (degrees WGS 84, good to a few km) and how its communes are called. */
export interface District {
  readonly id: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  /** What names of its communes begin with. */
  readonly stem: string;
  readonly town?: true;
}

/** The 21 units as they were until 2025; for demonstrations and measurements only. */
export const DISTRICTS: readonly District[] = [
  { id: "vinh", name: "Thành phố Vinh", lat: 18.679, lon: 105.681, stem: "Hưng", town: true },
  { id: "cua-lo", name: "Thị xã Cửa Lò", lat: 18.815, lon: 105.717, stem: "Nghi", town: true },
  { id: "thai-hoa", name: "Thị xã Thái Hòa", lat: 19.317, lon: 105.437, stem: "Tây", town: true },
  { id: "hoang-mai", name: "Thị xã Hoàng Mai", lat: 19.27, lon: 105.714, stem: "Quỳnh", town: true },
  { id: "quynh-luu", name: "Huyện Quỳnh Lưu", lat: 19.149, lon: 105.633, stem: "Quỳnh" },
  { id: "dien-chau", name: "Huyện Diễn Châu", lat: 18.981, lon: 105.601, stem: "Diễn" },
  { id: "yen-thanh", name: "Huyện Yên Thành", lat: 18.998, lon: 105.455, stem: "Thành" },
  { id: "do-luong", name: "Huyện Đô Lương", lat: 18.902, lon: 105.306, stem: "Đông" },
  { id: "nghi-loc", name: "Huyện Nghi Lộc", lat: 18.786, lon: 105.643, stem: "Nghi" },
  { id: "nam-dan", name: "Huyện Nam Đàn", lat: 18.706, lon: 105.494, stem: "Nam" },
  { id: "hung-nguyen", name: "Huyện Hưng Nguyên", lat: 18.668, lon: 105.625, stem: "Hưng" },
  { id: "thanh-chuong", name: "Huyện Thanh Chương", lat: 18.785, lon: 105.339, stem: "Thanh" },
  { id: "anh-son", name: "Huyện Anh Sơn", lat: 18.928, lon: 105.089, stem: "Đức" },
  { id: "con-cuong", name: "Huyện Con Cuông", lat: 19.05, lon: 104.88, stem: "Bồng" },
  { id: "tuong-duong", name: "Huyện Tương Dương", lat: 19.262, lon: 104.436, stem: "Tam" },
  { id: "ky-son", name: "Huyện Kỳ Sơn", lat: 19.405, lon: 104.152, stem: "Mường" },
  { id: "que-phong", name: "Huyện Quế Phong", lat: 19.618, lon: 104.929, stem: "Quế" },
  { id: "quy-chau", name: "Huyện Quỳ Châu", lat: 19.551, lon: 105.095, stem: "Châu" },
  { id: "quy-hop", name: "Huyện Quỳ Hợp", lat: 19.327, lon: 105.186, stem: "Châu" },
  { id: "nghia-dan", name: "Huyện Nghĩa Đàn", lat: 19.397, lon: 105.457, stem: "Nghĩa" },
  { id: "tan-ky", name: "Huyện Tân Kỳ", lat: 19.048, lon: 105.27, stem: "Kỳ" },
];

/** Second halves of communes' names. */
export const ENDINGS: readonly string[] = [
  ...["An", "Bình", "Châu", "Đồng", "Giang", "Hải", "Hòa", "Hồng", "Khánh", "Lâm", "Liên", "Long"],
  ...["Lộc", "Minh", "Mỹ", "Phong", "Phúc", "Sơn", "Tân", "Thịnh", "Trung", "Xuân", "Yên"],
];

/** Where in a commune stations stand. */
export const SPOTS: readonly string[] = [
  ...["Chợ", "Đình làng", "Trạm y tế", "Trường tiểu học", "Bưu điện văn hóa", "Cầu", "Ngã ba"],
  ...["Nhà văn hóa xóm 1", "Nhà văn hóa xóm 2", "Nhà văn hóa xóm 3", "Nhà văn hóa xóm 4"],
  ...["Nhà văn hóa xóm 5", "Ủy ban xã"],
];
