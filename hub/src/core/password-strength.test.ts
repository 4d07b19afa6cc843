import { expect, test } from "vitest";
import { weakness } from "./password-strength.ts";

const LAN = { username: "lan.ubnd", name: "Nguyễn Thị Lan" };

test.each([
  ["short", "ngắn"],
  ["12345678", "a row of digits"],
  ["0912345678", "a telephone number"],
  ["20081985", "a date"],
  ["aaaaaaaaaa", "one letter"],
  ["abcabcabc", "three letters again and again"],
  ["qwertyuiop", "a row of the keyboard"],
  ["zyxwvuts", "the alphabet backwards"],
  ["password1", "the commonest"],
  ["P@ssw0rd2026!", "the commonest, disguised"],
  ["Mật khẩu 123", "password in Vietnamese"],
  ["matkhau@123", "without accents"],
  ["Anh Yêu Em 99", "I love you"],
  ["vietnamvodich!!", "Vietnam wins"],
  ["lan.ubnd-2026", "the user name"],
  ["NguyenThiLan1!", "the name"],
  ["nguyễn thị lan ơi", "the name with accents"],
])("%s is refused: %s", (password) => expect(weakness(password, LAN)).not.toBeNull());

test.each([
  "con trâu gặm cỏ ven đê",
  "mat-khau-moi",
  "7Kq!vx2pL",
  "cau cu bac ngang",
  "lúa chín vàng đồng",
  "correct horse battery staple",
])("%s passes", (password) => expect(weakness(password, LAN)).toBeNull());

test("a short name in a long password refuses nothing", () => {
  expect(weakness("bạn tôi trồng lan rừng", { username: "lan", name: "Lan" })).toBeNull();
});
