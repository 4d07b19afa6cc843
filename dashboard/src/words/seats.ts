/** A place that gives bearings on the map. */
export interface Seat {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  /** A town: named also on a small map. */
  readonly town: boolean;
}

/** Seats of Nghệ An's 21 districts of before 2025, good to a few km; degrees WGS 84. */
export const SEATS: readonly Seat[] = [
  { name: "Vinh", lat: 18.679, lon: 105.681, town: true },
  { name: "Cửa Lò", lat: 18.815, lon: 105.717, town: true },
  { name: "Thái Hòa", lat: 19.317, lon: 105.437, town: true },
  { name: "Hoàng Mai", lat: 19.27, lon: 105.714, town: true },
  { name: "Quỳnh Lưu", lat: 19.149, lon: 105.633, town: false },
  { name: "Diễn Châu", lat: 18.981, lon: 105.601, town: false },
  { name: "Yên Thành", lat: 18.998, lon: 105.455, town: false },
  { name: "Đô Lương", lat: 18.902, lon: 105.306, town: false },
  { name: "Nghi Lộc", lat: 18.786, lon: 105.643, town: false },
  { name: "Nam Đàn", lat: 18.706, lon: 105.494, town: false },
  { name: "Hưng Nguyên", lat: 18.668, lon: 105.625, town: false },
  { name: "Thanh Chương", lat: 18.785, lon: 105.339, town: false },
  { name: "Anh Sơn", lat: 18.928, lon: 105.089, town: false },
  { name: "Con Cuông", lat: 19.05, lon: 104.88, town: false },
  { name: "Tương Dương", lat: 19.262, lon: 104.436, town: false },
  { name: "Kỳ Sơn", lat: 19.405, lon: 104.152, town: false },
  { name: "Quế Phong", lat: 19.618, lon: 104.929, town: false },
  { name: "Quỳ Châu", lat: 19.551, lon: 105.095, town: false },
  { name: "Quỳ Hợp", lat: 19.327, lon: 105.186, town: false },
  { name: "Nghĩa Đàn", lat: 19.397, lon: 105.457, town: false },
  { name: "Tân Kỳ", lat: 19.048, lon: 105.27, town: false },
];

/** Archipelagos of Vietnam that an outline of this scale does not show; named wherever the map reaches them. */
export const ISLANDS: readonly Seat[] = [
  { name: "Quần đảo Hoàng Sa (Việt Nam)", lat: 16.5, lon: 112, town: true },
  { name: "Quần đảo Trường Sa (Việt Nam)", lat: 9.6, lon: 113.2, town: true },
];
