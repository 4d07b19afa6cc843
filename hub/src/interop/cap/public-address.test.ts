import { describe, expect, test } from "vitest";
import { isPublicAddress, isPublicIp } from "./public-address.ts";

describe("an address is not asked for on behalf of strangers", () => {
  test.each([
    ["loopback", "http://127.0.0.1/a.mp3"],
    ["loopback elsewhere in its network", "http://127.9.9.9/"],
    ["loopback as one number", "http://2130706433/"],
    ["loopback in hexadecimal", "http://0x7f000001/"],
    ["loopback in octal", "http://0177.0.0.1/"],
    ["loopback cut short", "http://127.1/"],
    ["loopback with wide digits", "http://１２７.０.０.１/"],
    ["loopback with a dot behind", "http://127.0.0.1./"],
    ["no address at all", "http://0.0.0.0/"],
    ["the private 10", "https://10.1.2.3/"],
    ["the private 172.16", "https://172.31.255.255/"],
    ["the private 192.168", "https://192.168.1.1/admin"],
    ["a carrier's shared network", "https://100.64.0.1/"],
    ["link-local, where clouds keep their secrets", "http://169.254.169.254/latest/meta-data/"],
    ["multicast", "http://224.0.0.1/"],
    ["broadcast", "http://255.255.255.255/"],
    ["a network for examples", "http://192.0.2.1/"],
    ["IPv6 loopback", "http://[::1]/"],
    ["IPv6 unspecified", "http://[::]/"],
    ["IPv4 inside IPv6", "http://[::ffff:127.0.0.1]/"],
    ["IPv4 inside IPv6 in hexadecimal", "http://[::ffff:7f00:1]/"],
    ["IPv4 through NAT64", "http://[64:ff9b::7f00:1]/"],
    ["IPv4 through 6to4", "http://[2002:7f00:1::]/"],
    ["IPv4 through Teredo", "http://[2001:0:7f00:1::]/"],
    ["IPv6 link-local", "http://[fe80::1]/"],
    ["IPv6 unique local", "http://[fd00::1]/"],
    ["IPv6 for examples", "http://[2001:db8::1]/"],
    ["IPv6 multicast", "http://[ff02::1]/"],
    ["localhost", "http://localhost:8080/"],
    ["localhost in capitals with a dot", "http://LOCALHOST./"],
    ["a name below localhost", "http://a.localhost/"],
    ["a name of mDNS", "http://printer.local/"],
    ["a name of a house", "http://router.home.arpa/"],
    ["a name inside a firm", "http://db.internal/"],
    ["a name without a dot", "http://hub/"],
    ["a file", "file:///etc/passwd"],
    ["another protocol", "gopher://example.com/"],
    ["data", "data:audio/mpeg;base64,AAAA"],
    ["a password", "https://user:secret@example.com/"],
    ["a name that hides another behind @", "https://example.com@127.0.0.1/"],
    ["a relative address", "a.mp3"],
    ["nothing", ""],
  ])("%s", (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

test.each([
  "https://example.com/a.mp3",
  "http://nchmf.gov.vn:8080/cap?id=1",
  "https://bão.vn/a",
  "https://8.8.8.8/",
  "https://172.32.0.1/",
  "https://[2606:4700::1111]/",
  "https://local.example.com/",
])("%s may be asked for", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ["203.162.4.190", true],
  ["2405:4800::1", true],
  ["10.0.0.1", false],
  ["fe80::1%eth0", false],
  ["2606:4700::1%1", false],
  ["::ffff:8.8.8.8", false],
  ["example.com", false],
  ["127.1", false],
])("of what a name resolves to, %s is public: %s", (ip, expected) => {
  expect(isPublicIp(ip)).toBe(expected);
});
