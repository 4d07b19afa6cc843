import { expect, test } from "vitest";
import { coordinatesText, readCoordinates } from "./coordinates.ts";

test.each([
  ["18.67334, 105.69232", "18.67334, 105.69232"],
  ["18.67334 105.69232", "18.67334, 105.69232"],
  ["18,67334; 105,69232", "18.67334, 105.69232"],
  ["18°40'24.0\"N 105°41'32.4\"E", "18.67333, 105.69233"],
  ["https://www.google.com/maps/@18.67334,105.69232,17z", "18.67334, 105.69232"],
  ["https://maps.google.com/?q=18.67334,105.69232", "18.67334, 105.69232"],
  ["-33.9, 18.4", "-33.90000, 18.40000"],
])("%s is %s", (text, place) => {
  const read = readCoordinates(text);
  expect(read && coordinatesText(read)).toBe(place);
});

test.each(["", "Chợ Nghi Kim", "18.67", "118.6, 105.6", "18.6, 195.6", "1 2 3", "http://la.vn/a"])(
  "%j is no place",
  (text) => expect(readCoordinates(text)).toBeNull(),
);
