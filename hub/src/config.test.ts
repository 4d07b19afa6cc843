import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { HubConfigSchema, loadConfig } from "./config.ts";

const folder = mkdtempSync(join(tmpdir(), "loa-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, "hub.yaml");
  writeFileSync(path, text);
  return path;
}

test("without file and variables the embedded defaults hold", () => {
  const config = loadConfig({ LOA_DATA: join(folder, "none") });
  expect(config).toMatchObject({
    host: "127.0.0.1",
    httpPort: 8080,
    timeZone: "Asia/Ho_Chi_Minh",
    demo: false,
  });
});

test("variables override the file", () => {
  const LOA_CONFIG = file("httpPort: 9000\nmqttPort: 9001\ndemo: true\n");
  expect(loadConfig({ LOA_CONFIG, LOA_HTTP_PORT: "0", LOA_DEMO_STATIONS: "3" })).toMatchObject({
    ...{ httpPort: 0, mqttPort: 9001, demo: true, demoStations: 3 },
  });
});

test("speech commands come from the file, or as JSON from the variable", () => {
  const voice = { id: "piper", name: "Piper", language: "vi", command: ["piper", "--output_file", "{wav}"] };
  const LOA_CONFIG = file(
    "speechCommands:\n  - id: piper\n    name: Piper\n    language: vi\n    command: [piper, --output_file, '{wav}']\n",
  );
  expect(loadConfig({ LOA_CONFIG }).speechCommands).toEqual([voice]);
  expect(loadConfig({ LOA_SPEECH_COMMANDS: JSON.stringify([voice]) }).speechCommands).toEqual([voice]);
});

test("sources of alerts come with their rules; by default a person decides", () => {
  const source = { name: "Đài", url: "https://khituong.example.vn/feed", areaId: "nghe-an" };
  const rules = { rules: [], otherwise: "wait", geocodes: [], languages: ["vi", "en"] };
  const config = loadConfig({ LOA_CAP_SOURCES: JSON.stringify([source]) });
  expect(config.capSources).toEqual([{ ...source, everySeconds: 60, allowPrivate: false, ...rules }]);
  expect(config.capInbox).toEqual(rules);
});

const PROGRAM = { name: "Đài", tokenId: `token-${"0".repeat(26)}`, areaId: "nghe-an" };
const AIR = { verdict: "air", senders: ["bao@example.vn"] };

test("programs that post come with their rules, which may air", () => {
  const config = loadConfig({ LOA_CAP_PROGRAMS: JSON.stringify([{ ...PROGRAM, rules: [AIR] }]) });
  expect(config.capPrograms).toMatchObject([{ ...PROGRAM, rules: [AIR], otherwise: "wait" }]);
});

test.each([
  [
    "a rule that airs what people post",
    { LOA_CAP_INBOX: { rules: [AIR] } },
    /capInbox .* capPrograms.*token/,
  ],
  [
    "a program by another name than its token's id",
    { LOA_CAP_PROGRAMS: [{ ...PROGRAM, tokenId: "Đài" }] },
    /capPrograms/,
  ],
  [
    "two programs of a token",
    { LOA_CAP_PROGRAMS: [PROGRAM, { ...PROGRAM, name: "B" }] },
    /one program of the tokenId/,
  ],
  ["two programs of a name", { LOA_CAP_PROGRAMS: [PROGRAM, PROGRAM] }, /one program of the name/],
])("%s is refused", (_, environment, message) => {
  const made = Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  const refused = expect.objectContaining({
    ...{ code: "CONFIG_INVALID", message: expect.stringMatching(message) },
  });
  expect(() => loadConfig(made)).toThrow(refused);
});

test.each([
  ["a private address without leave", [{ url: "http://10.0.0.1/feed" }]],
  ["two of a name", [{}, {}]],
  ["a pace beyond a minute", [{ everySeconds: 61 }]],
  ["airing without naming senders", [{ rules: [{ verdict: "air" }] }]],
  ["airing what comes without TLS", [{ url: "http://khituong.example.vn/feed", rules: [AIR] }]],
  ["a password in the address", [{ url: "https://a:b@khituong.example.vn/feed" }]],
])("sources with %s are refused", (_, sources) => {
  const own = { name: "Đài", url: "https://khituong.example.vn/feed", areaId: "nghe-an" };
  const text = JSON.stringify(sources.map((more) => ({ ...own, ...more })));
  expect(() => loadConfig({ LOA_CAP_SOURCES: text })).toThrow(/capSources/);
});

describe("a start-up error names source, key, value and what is allowed:", () => {
  test.each([
    [
      "a wrong key",
      { LOA_CONFIG: () => file("httpport: 1\n") },
      /hub\.yaml: httpport .* is 1; allowed: one of the keys data, host/,
    ],
    [
      "a wrong type",
      { LOA_CONFIG: () => file("httpPort: high\n") },
      /hub\.yaml: httpPort \(LOA_HTTP_PORT\) is "high"; allowed: integer from 0 to 65535/,
    ],
    [
      "a wrong variable",
      { LOA_MQTT_PORT: () => "99999" },
      /LOA_MQTT_PORT: mqttPort .* 99999; allowed: integer from 0 to 65535/,
    ],
    ["a wrong choice", { LOA_TLS: () => "maybe" }, /LOA_TLS: tls .* "maybe"; allowed: on \| off/],
    ["a wrong flag", { LOA_DEMO: () => "yes" }, /LOA_DEMO: demo .* "yes"; allowed: boolean/],
    ["a wrong zone", { LOA_TIME_ZONE: () => "Asia/Vinh" }, /timeZone .* "Asia\/Vinh"; allowed: an IANA/],
    [
      "an unreadable file",
      { LOA_CONFIG: () => join(folder, "missing.yaml") },
      /missing\.yaml: cannot be read/,
    ],
    [
      "speech commands that are no list",
      { LOA_SPEECH_COMMANDS: () => "piper" },
      /LOA_SPEECH_COMMANDS: speechCommands .* "piper"; allowed: list of/,
    ],
    [
      "a speech command with a placeholder that it does not know",
      { LOA_SPEECH_COMMANDS: () => '[{"id":"a","name":"A","language":"vi","command":["a","{wave}"]}]' },
      /allowed: the placeholders \{wav\} .*; a has \{wave\}/,
    ],
    [
      "two speech commands of one id",
      {
        LOA_SPEECH_COMMANDS: () =>
          JSON.stringify(["x", "y"].map((name) => ({ id: "a", name, language: "vi", command: [name] }))),
      },
      /ids that differ: a stands twice/,
    ],
    ["a file that is no YAML", { LOA_CONFIG: () => file("a: [") }, /is not YAML/],
    ["a list for a file", { LOA_CONFIG: () => file("- a\n") }, /must hold keys with values/],
    [
      "a database it does not know",
      { LOA_DATABASE_URL: () => "mysql://x" },
      /databaseUrl .* "mysql:\/\/x"; allowed/,
    ],
    ["tiles without their places", { LOA_TILE_URL: () => "https://tiles.example/" }, /LOA_TILE_URL: tileUrl/],
    [
      "tiles without attribution",
      { LOA_TILE_URL: () => "https://tiles.example/{z}/{x}/{y}.png" },
      /tileAttribution .* allowed: the attribution/,
    ],
  ])("%s", (_, environment, message) => {
    const made = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value()]));
    expect(() => loadConfig(made)).toThrow(message);
    expect(() => loadConfig(made)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  test("a password that is too short is not shown", () => {
    expect(() => loadConfig({ LOA_DEMO_PASSWORD: "secret" })).toThrow(/\(not shown\)/);
  });
});

test.each([
  ["plain connections to stations", { LOA_TLS: "off" }, /tls/],
  ["demo accounts", { LOA_DEMO: "true" }, /demo/],
  ["a dashboard without TLS", {}, /httpCert/],
])("off loopback the hub refuses %s", (_, environment, message) => {
  const safe = { LOA_HOST: "0.0.0.0", ...environment };
  expect(() => loadConfig(safe)).toThrow(message);
});

test("hours that hold all day at once are for the demo", () => {
  expect(() => loadConfig({ LOA_DEMO_ENVELOPE: "always" })).toThrow(/demoEnvelope .* allowed: daytime/);
  expect(loadConfig({ LOA_DEMO: "true", LOA_DEMO_ENVELOPE: "always" }).demoEnvelope).toBe("always");
});

test("the published schema is the one that is checked", () => {
  const published = JSON.parse(readFileSync(join(import.meta.dirname, "../hub.schema.json"), "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(HubConfigSchema)));
});
