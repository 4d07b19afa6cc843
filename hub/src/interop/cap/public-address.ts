import { BlockList, isIP } from "node:net";

/** Networks that no alert may make the hub ask. Source: IANA special-purpose address registries for IPv4 and IPv6. */
const SPECIAL_V4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
];

/** Within the global unicast space 2000::/3; everything outside of it is special anyway. 2002::/16 and 2001::/32 hold IPv4. */
const SPECIAL_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
const GLOBAL_V6 = "2000::/3";

const special = listOf(SPECIAL_V4, "ipv4", listOf(SPECIAL_V6, "ipv6"));
const global = listOf([GLOBAL_V6], "ipv6");

/** Names that resolve within a house or a firm only. Source: RFC 6761, 6762, 8375; ICANN on `.internal`. */
const INNER_NAME =
  /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa|onion)$/;

/**
 * Whether an address of a page or file may be asked for on behalf of a stranger: http or https, without a password, at a name or number
 * that can be on the public internet. A public name may still lead to a private number: check what it resolves to with `isPublicIp`,
 * and ask exactly that number.
 */
export function isPublicAddress(address: string): boolean {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return false;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIP(host) !== 0) return isPublicIp(host);
  return host.includes(".") && !host.endsWith(".") && !INNER_NAME.test(host.toLowerCase());
}

/** Whether a number is one of the public internet: no private, shared, local, reserved or embedded one. */
export function isPublicIp(ip: string): boolean {
  switch (isIP(ip)) {
    case 4:
      return !special.check(ip, "ipv4");
    case 6:
      return !ip.includes("%") && global.check(ip, "ipv6") && !special.check(ip, "ipv6");
    default:
      return false;
  }
}

function listOf(subnets: readonly string[], family: "ipv4" | "ipv6", list = new BlockList()): BlockList {
  for (const subnet of subnets) {
    const [network = "", bits] = subnet.split("/");
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
