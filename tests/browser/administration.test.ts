// long because: one story is told twice, in both languages and on both screens, by one set of steps
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noSeriousFindings } from "../harness/accessibility.ts";
import { AdminDesk } from "../harness/admin-desk.ts";
import type { Person } from "../harness/api.ts";
import { launchBrowser } from "../harness/browser.ts";
import { Commune } from "../harness/commune.ts";
import { misfits } from "../harness/layout.ts";
import { onPaper, printedPages, readQr } from "../harness/qr.ts";
import { totpCode } from "../harness/totp.ts";

const PASSWORD = "thu-nghiem-2026";
/** Stand at their poles, unknown to the hub until this test registers them. */
const NEW_STATIONS = { vi: "tram-kim-01", en: "tram-kim-02" } as const;

let commune: Commune;
let browser: Browser;
let admin: Person;
let root: string;
const desks: AdminDesk[] = [];

beforeAll(async () => {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
  const stations = Object.values(NEW_STATIONS).map((id) => ({ id, unregistered: true }));
  [commune, browser] = await Promise.all([new Commune(stations).start(), launchBrowser()]);
  admin = await commune.person("admin");
  const areas = (await admin.get("/areas")).items;
  root = areas.find(({ parentId }: { parentId: string | null }) => parentId === null).id;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await commune?.stop();
});

describe.each([
  { language: "vi", screen: "desk" },
  { language: "en", screen: "phone" },
] as const)("in $language on a $screen", ({ language, screen }) => {
  const stationId = NEW_STATIONS[language];
  const [kimName, kim] = language === "vi" ? ["Xã Đông Kim", "xa-dong-kim"] : ["Xã Tây Kim", "xa-tay-kim"];
  const [lienName, lien] =
    language === "vi" ? ["Xã Nghi Liên", "xa-nghi-lien"] : ["Xã Nghi Long", "xa-nghi-long"];
  const lienNow = `${lienName} mới`;
  const lienWords = language === "vi" ? "nghi lien moi" : "nghi long moi";
  let desk: AdminDesk;

  beforeAll(async () => {
    desk = await AdminDesk.open(browser, commune.hub.http as string, language, screen);
    desks.push(desk);
    await desk.logIn("admin", PASSWORD);
  });

  async function createArea(parent: string, name: string, id: string): Promise<void> {
    await desk.goTo(`/admin/areas/${parent}`);
    await desk.id("create-area").click();
    await desk.page.locator("#area-name").fill(name);
    expect(await desk.page.locator("#area-id").inputValue()).toBe(id);
    await desk.id("create-area-yes").click();
    await desk.area(id).waitFor();
  }

  const history = async (id: string): Promise<string[]> =>
    (await admin.get(`/areas/${id}/history`)).items.map(({ kind }: { kind: string }) => kind);

  test("an area is added below another, its id proposed from its name, and renamed in place", async () => {
    await createArea(root, kimName, kim);
    await createArea(root, lienName, lien);
    await desk.id("rename-area").click();
    await desk.page.locator("#rename").fill(lienNow);
    await desk.page.locator("#rename").press("Enter");
    await desk.area(lien).getByRole("heading", { name: lienNow }).waitFor();
    await desk.page.locator('[data-testid="history"][data-kind="renamed"]').waitFor();
  });

  test("an id that is taken is told before it is sent", async () => {
    await desk.id("create-area").click();
    await desk.page.locator("#area-name").fill("Tên khác");
    await desk.page.locator("#area-id").fill(kim);
    await desk.page.getByText(desk.t("area.idTaken", { name: kimName })).waitFor();
    await desk.page.keyboard.press("Escape");
  });

  test("a station is registered from its area, with lines, horns and a pasted position", async () => {
    await desk.goTo(`/admin/stations/new?area=${kim}`);
    expect(await desk.page.locator("#station-id").inputValue()).toBe(`${kim}-01`);
    await desk.id("save-station").click();
    await desk.page.getByText(desk.t("station.wrong.name")).waitFor();
    await desk.page.locator("#station-name").fill("Nhà văn hóa xóm 1");
    await desk.page.locator("#station-id").fill(stationId);
    await desk.page.getByRole("button", { name: desk.t("station.addZone") }).click();
    const place = desk.page.locator("#station-place");
    await place.fill("18°40'24.0\"N 105°41'32.4\"E");
    await place.press("Tab");
    expect(await place.inputValue()).toBe("18.67333, 105.69233");
    await desk.id("pick-place").click();
    const under = desk.page.locator("loa-place-picker").getByRole("status");
    await under.getByText("18.67333, 105.69233").waitFor();
    await desk.page.locator("loa-place-picker .map").focus();
    await desk.page.keyboard.press("ArrowUp");
    const north = async () => Number.parseFloat((await under.textContent()) ?? "");
    await expect.poll(north).toBeGreaterThan(18.675);
    await desk.id("place-yes").click();
    expect(Number.parseFloat(await place.inputValue())).toBeGreaterThan(18.675);
    await place.fill("18.67333, 105.69233");
    await place.press("Tab");
    await desk.id("save-station").click();
    await desk.page.waitForURL(`**/admin/stations/${stationId}`);
    expect(await desk.id("steps").getAttribute("data-done")).toBe("1");
    const stored = await admin.get(`/stations/${stationId}`);
    expect(stored).toMatchObject({ areaId: kim, status: "registered", lat: 18.67333, lon: 105.69233 });
    expect(stored.zones.map(({ id, horns }: { id: string; horns: number }) => [id, horns])).toEqual([
      ["z1", 4],
      ["z2", 2],
    ]);
  });

  test("its printed label is read by a camera, enrols it for good, and the page ticks until it is online", async () => {
    await desk.id("step-label").click();
    await desk.id("make-labels").click();
    const label = desk.page.locator(`[data-testid="label"][data-station="${stationId}"]`);
    await label.waitFor();
    const read = await onPaper(desk.page, () => readQr(browser, label));
    expect(await printedPages(desk.page)).toBe(1);
    expect(JSON.parse(read ?? "null")).toMatchObject({ station: stationId, hub: commune.hub.stations });
    expect(await label.textContent()).toContain(JSON.parse(read ?? "{}").code);

    await desk.page.getByRole("link", { name: desk.t("labels.follow") }).click();
    await desk.page.locator('[data-testid="steps"][data-done="2"]').waitFor();
    commune.writeStation(stationId, { label: read });
    commune.startStation(stationId);
    await desk.page.locator('[data-testid="steps"][data-done="4"]').waitFor({ timeout: 45_000 });
    await desk.page.locator('[data-testid="admin-station"][data-status="online"]').waitFor();
    await desk.page.locator('[data-testid="history"][data-kind="enrolled"]').waitFor();
  });

  test("a station is changed, and the change taken back", async () => {
    const name = desk.page.locator("#station-name");
    await name.fill("Đình làng");
    await desk.id("save-station").click();
    await desk.page.getByRole("heading", { name: "Đình làng" }).waitFor();
    await desk.undo();
    await desk.page.getByRole("heading", { name: "Nhà văn hóa xóm 1" }).waitFor();
    expect(await name.inputValue()).toBe("Nhà văn hóa xóm 1");
  });

  test("an area is moved after it was said in words what follows, and moved back", async () => {
    await desk.goTo(`/admin/areas/${kim}`);
    await desk.id("move-area").click();
    await desk.pick(lienWords, lien);
    await desk
      .id("effects")
      .getByText(desk.t("move.reconnect", { n: 1 }))
      .waitFor();
    await desk.confirmPick();
    await expect.poll(async () => (await admin.get(`/areas/${kim}`)).parentId).toBe(lien);
    await desk.told(desk.t("move.done", { name: kimName, area: lienNow }));
    await desk.undo();
    expect((await admin.get(`/areas/${kim}`)).parentId).toBe(root);
    expect((await history(kim)).filter((kind) => kind === "moved")).toHaveLength(2);
    await commune.online(stationId);
  });

  test("the tree is walked by keyboard", async () => {
    await desk.goTo("/admin/areas");
    const tree = desk.page.getByRole("tree");
    await tree.locator('[tabindex="0"]').focus();
    await desk.page.keyboard.press("Home");
    await desk.page.keyboard.press("ArrowLeft");
    await expect.poll(() => tree.getByRole("treeitem").count()).toBe(1);
    await desk.page.keyboard.press("ArrowRight");
    await desk.page.keyboard.type(kim.slice(3).replace("-", " "));
    await desk.page.keyboard.press("Enter");
    await desk.page.waitForURL(`**/admin/areas/${kim}`);
  });

  test("an area is merged only once its name is typed, and its station goes along", async () => {
    await desk.goTo(`/admin/areas/${kim}`);
    await desk.id("merge-area").click();
    await desk.pick(lienWords.slice(5), lien);
    await desk.confirmPick();
    const yes = desk.id("confirm-yes");
    expect(await yes.isDisabled()).toBe(true);
    await desk.page.locator("#confirm-typed").fill(kim.replaceAll("-", " "));
    await yes.click();
    await desk.area(lien).waitFor();
    expect((await admin.get(`/stations/${stationId}`)).areaId).toBe(lien);
    expect((await admin.get("/areas")).items.map(({ id }: { id: string }) => id)).not.toContain(kim);
    await desk.page.locator('[data-testid="history"][data-kind="absorbed"]').waitFor();
  });

  test("hours are closed by painting at once; to open some, they are read out and wait for another admin", async () => {
    const monday = desk.page.locator('[data-day="mon"]');
    const effect = desk.id("envelope-effect");
    const stored = async () => (await admin.get(`/areas/${lien}`)).envelope?.windows.mon;
    await desk.id("edit-envelope").click();
    await monday.evaluate((day) => day.scrollIntoView({ block: "center" }));
    const strip = await monday.locator("loa-hours-strip").boundingBox();
    const [left, width, middle] = [
      strip?.x ?? 0,
      strip?.width ?? 0,
      (strip?.y ?? 0) + (strip?.height ?? 0) / 2,
    ];
    await desk.page.mouse.move(left + width * 0.255, middle);
    await desk.page.mouse.down();
    await desk.page.mouse.move(left + width * 0.495, middle, { steps: 4 });
    await desk.page.mouse.up();
    await effect.getByText(desk.t("envelope.willHold")).waitFor();
    await desk.id("save-envelope").click();
    await expect.poll(stored).toEqual([
      ["00:00", "06:00"],
      ["12:00", "24:00"],
    ]);
    expect(await misfits(desk.page, screen === "phone")).toEqual([]);

    await desk.id("edit-envelope").click();
    const until = monday.getByLabel(desk.t("hours.until", { day: desk.t("weekday.0"), n: 1 }));
    await until.fill("8h");
    await until.press("Tab");
    await effect.getByText(desk.t("envelope.wider")).waitFor();
    expect(await misfits(desk.page, screen === "phone")).toEqual([]);
    await desk.id("save-envelope").click();
    await desk.page.getByText(`${desk.t("weekday.0")}: 06:00–08:00`).waitFor();
    expect((await stored())[0]).toEqual(["00:00", "06:00"]);
    await desk.dashboard.confirm();
    const pending = desk.id("pending-envelope");
    await pending.getByText(`${desk.t("weekday.0")}: 06:00–08:00`).waitFor();
    await pending.getByText(desk.t("pending.another")).waitFor();
    expect(await desk.id("confirm-envelope").count()).toBe(0);
    expect((await stored())[0]).toEqual(["00:00", "06:00"]);

    const second = await commune.person("admin2");
    const { pendingEnvelope } = await second.post(`/areas/${lien}/envelope/confirm`);
    expect(pendingEnvelope.effectiveAt - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await pending.getByText(pendingEnvelope.confirmedBy.name).waitFor();
    expect(await misfits(desk.page, screen === "phone")).toEqual([]);
    await desk.id("withdraw-envelope").click();
    await pending.waitFor({ state: "detached" });
    expect((await stored())[0]).toEqual(["00:00", "06:00"]);
  });

  test("wider hours that somebody else proposed are confirmed after they were read out", async () => {
    const second = await commune.person("admin2");
    const { envelope } = await admin.get(`/areas/${lien}`);
    await second.patch(`/areas/${lien}`, { envelope: { ...envelope, maxGainDb: envelope.maxGainDb + 1 } });
    await desk.goTo(`/admin/areas/${lien}`);
    await desk.id("confirm-envelope").click();
    await desk.page.getByText(desk.t("pending.day")).waitFor();
    await desk.dashboard.confirm();
    await expect
      .poll(async () => (await admin.get(`/areas/${lien}`)).pendingEnvelope?.confirmedBy?.id)
      .toBe("user-admin");
    await second.patch(`/areas/${lien}`, { envelope });
    await desk.id("pending-envelope").waitFor({ state: "detached" });
  });

  test("an id that was used once is never given again: the next one is proposed", async () => {
    await desk.goTo(`/admin/areas/${root}`);
    await desk.id("create-area").click();
    await desk.page.locator("#area-name").fill(kimName);
    await desk.id("create-area-yes").click();
    await desk.page.getByText(desk.t("area.idNext", { id: kim })).waitFor();
    expect(await desk.page.locator("#area-id").inputValue()).toBe(`${kim}-2`);
    await desk.page.keyboard.press("Escape");
    await desk.goTo(`/admin/areas/${lien}`);
  });

  test("an empty area can be deleted, one with stations says why not", async () => {
    expect(await desk.id("delete-area").isDisabled()).toBe(true);
    await createArea(lien, `Xóm trống ${language}`, `xom-trong-${language}`);
    await desk.id("delete-area").click();
    await desk.dashboard.confirm();
    await desk.area(lien).waitFor();
    await desk.told(desk.t("area.deleted", { name: `Xóm trống ${language}` }));
  });

  test("labels of many stations fill sheets", async () => {
    for (let n = 1; n <= 9; n++)
      await admin.post("/stations", {
        id: `${lien}-${language}-0${n}`,
        name: `Cụm số ${n}`,
        areaId: lien,
        zones: [{ id: "z1", name: "Đường dây 1", horns: 2 }],
      });
    await desk.goTo(`/admin/stations?area=${lien}`);
    await desk.page.getByRole("searchbox").fill("cum so");
    await expect.poll(() => desk.id("station-row").count()).toBe(9);
    for (const box of await desk.id("station-row").getByRole("checkbox").all()) await box.check();
    await desk.id("print-labels").click();
    await desk.id("make-labels").click();
    await expect.poll(() => desk.id("label").count(), { timeout: 20_000 }).toBe(9);
    expect(await printedPages(desk.page)).toBe(2);
  });

  test("a station that was taken out of service is gone from the list, after its name was typed", async () => {
    const gone = `${lien}-${language}-09`;
    await desk.goTo(`/admin/stations/${gone}`);
    await desk.id("retire-station").click();
    await desk.page.locator("#confirm-typed").fill("Cụm số 9");
    await desk.dashboard.confirm();
    await desk.told(desk.t("retire.done", { name: "Cụm số 9" }));
    const left = (await admin.get("/stations")).items.map(({ id }: { id: string }) => id);
    expect(left).not.toContain(gone);
  });

  describe("a new account", () => {
    const username = `${language === "vi" ? "hung" : "hoa"}.nguyenvan`;
    const name = language === "vi" ? "Nguyễn Văn Hùng" : "Nguyễn Văn Hòa";
    let password: string;
    let secret: string;
    let codes: string[];
    let own: AdminDesk;

    beforeAll(async () => {
      own = await AdminDesk.open(browser, commune.hub.http as string, language, screen);
      desks.push(own);
    });

    test("is made for an area, and its password shown once", async () => {
      await desk.goTo("/admin/users");
      await desk.id("create-user").click();
      await desk.page.locator("#user-name").fill(name);
      expect(await desk.page.locator("#user-username").inputValue()).toBe(username);
      await desk.page.locator('input[name="role"][value="admin"]').check();
      await desk.page.locator("#user-area").click();
      await desk.pick(lienWords, lien);
      await desk.confirmPick();
      await desk.page.getByText(desk.t("roleMay.admin", { area: lienNow })).waitFor();
      await desk.id("save-user").click();
      password = (await desk.id("made-password").textContent()) ?? "";
      await desk.id("slip-done").click();
      await desk.page.locator(`[data-testid="user-row"][data-username="${username}"]`).waitFor();
    });

    test("sees its area and nothing above", async () => {
      await own.logIn(username, password);
      await own.goTo("/admin/areas");
      await expect.poll(() => own.page.getByRole("treeitem").count()).toBe(1);
      await own.goTo("/admin/users");
      await expect.poll(() => own.id("user-row").count()).toBe(1);
    });

    test("cannot take its own rights away", async () => {
      await own.id("user-row").getByRole("button").click();
      await own.page.getByText(own.t("users.ownRights")).waitFor();
      expect(await own.page.locator('input[name="role"][value="staff"]').isDisabled()).toBe(true);
      await own.page.keyboard.press("Escape");
    });

    test("turns on a second factor by its key, and keeps recovery codes", async () => {
      await own.goTo("/account");
      await own.id("totp-on").click();
      await own.page.locator("#totp-password").fill(password);
      await own.page.getByRole("button", { name: own.t("totp.next"), exact: true }).click();
      const drawn = await readQr(browser, own.page.locator("loa-totp-card svg.qr"));
      secret = new URL(drawn ?? "").searchParams.get("secret") ?? "";
      await own.page.locator("summary", { hasText: own.t("totp.cannotScan") }).click();
      expect((await own.id("totp-secret").textContent())?.replaceAll(" ", "")).toBe(secret);
      await own.page.locator("#totp-code").fill("000000");
      await own.page.getByRole("button", { name: own.t("totp.confirm") }).click();
      await own.page.getByRole("alert").getByText(own.t("error.TOTP_INVALID")).waitFor();
      await own.page.locator("#totp-code").fill(totpCode(secret).replace(/^(...)/, "$1 "));
      await own.page.getByRole("button", { name: own.t("totp.confirm") }).click();
      await own.id("recovery-codes").waitFor();
      codes = await own.id("recovery-codes").locator("li").allTextContents();
      expect(codes.length).toBeGreaterThanOrEqual(8);
      await own.id("recovery-kept").click();
      await own.page.getByText(own.t("totp.isOn"), { exact: true }).waitFor();
    });

    test("is asked for the code, and let in by it", async () => {
      await own.logOut();
      await own.giveName(username, password);
      await own.page.locator("#login-code").waitFor();
      await own.giveCode("123456");
      await own.page.getByRole("alert").getByText(own.t("error.TOTP_INVALID")).waitFor();
      await own.giveCode(totpCode(secret, 1));
      await own.page.locator(".shell").waitFor();
    });

    test("is let in by a recovery code once", async () => {
      await own.logOut();
      await own.giveName(username, password);
      await own.id("use-recovery").click();
      await own.giveCode(codes[0] ?? "");
      await own.page.locator(".shell").waitFor();
      await own.logOut();
      await own.giveName(username, password);
      await own.id("use-recovery").click();
      await own.giveCode(codes[0] ?? "");
      await own.page.getByRole("alert").getByText(own.t("error.TOTP_INVALID")).waitFor();
    });

    test("that lost its telephone is helped by an admin, and changes its password", async () => {
      await desk.goTo("/admin/users");
      await desk.page.locator(`[data-username="${username}"]`).getByRole("button").click();
      await desk.id("remove-totp").click();
      await desk.dashboard.confirm();
      await desk.told(desk.t("users.totpOffDone", { name }));
      await own.page.reload();
      await own.logIn(username, password);
      await own.goTo("/account");
      await own.page.locator("#password-current").fill(password);
      await own.page.locator("#password-next").fill("12345678");
      expect(await own.id("strength").textContent()).toContain(own.t("password.weak"));
      password = `gio-lua-che-${language}-41`;
      await own.page.locator("#password-next").fill(password);
      expect(await own.id("strength").textContent()).toContain(own.t("password.strong"));
      await own.page.locator("#password-again").fill(password);
      await own.page.getByRole("button", { name: own.t("password.change"), exact: true }).click();
      await own.told(own.t("password.changed"));
    });

    test("makes a token that works, and revokes it", async () => {
      await own.id("new-token-form").click();
      await own.page.locator("#token-name").fill("Nguồn tin");
      await own.id("make-token").click();
      const token = (await own.id("new-token").textContent())?.trim();
      const ask = async () =>
        (
          await fetch(`${commune.hub.http}/api/v1/stations`, {
            headers: { authorization: `Bearer ${token}` },
          })
        ).status;
      expect(await ask()).toBe(200);
      await own.page.getByRole("button", { name: own.t("recovery.kept") }).click();
      await own.page
        .getByRole("button", { name: own.t("tokens.revokeLabel", { name: "Nguồn tin" }) })
        .click();
      await own.dashboard.confirm();
      await own.page.getByText(own.t("tokens.none")).waitFor();
      expect(await ask()).toBe(401);
    });

    test("is locked out after wrong passwords, sees the time run, and is let in by an admin", async () => {
      await own.logOut();
      for (let i = 0; i < 5; i++) {
        await own.giveName(username, "sai-mat-khau");
        await own.page.getByRole("alert").waitFor();
        await own.page.getByRole("button", { name: own.t("login.submit"), exact: true }).waitFor();
      }
      const wait = own.id("login-wait");
      if ((await wait.count()) === 0) await own.giveName(username, "sai-mat-khau");
      await wait.waitFor();
      const first = await wait.textContent();
      await expect.poll(() => wait.textContent(), { timeout: 5_000 }).not.toBe(first);
      await desk.goTo("/admin/users");
      await desk.page.locator(`[data-username="${username}"]`).getByRole("button").click();
      await desk.id("unlock-user").click();
      await desk.told(desk.t("users.unlocked", { name }));
      await own.page.reload();
      await own.logIn(username, password);
    });

    test("is disabled and enabled again by undo", async () => {
      const row = desk.page.locator(`[data-username="${username}"]`);
      await row.getByRole("button").click();
      await desk.id("disable-user").click();
      await row.getByText(desk.t("users.disabled")).waitFor();
      await desk.undo();
      await row.getByText(desk.t("users.disabled")).waitFor({ state: "detached" });
    });
  });

  test("who may not administer is told so, and finds no entry", async () => {
    const other = await AdminDesk.open(browser, commune.hub.http as string, language, screen);
    desks.push(other);
    await other.logIn("xa", PASSWORD);
    expect(await other.page.getByRole("link", { name: other.t("nav.admin") }).count()).toBe(0);
    for (const path of ["/admin/areas", "/admin/users", "/admin/stations"]) {
      await other.goTo(path);
      await other.id("forbidden").waitFor();
    }
    await other.logOut();
    await other.logIn("kythuat", PASSWORD);
    await other.goTo("/admin/stations");
    await other.id("station-row").first().waitFor();
    expect(await other.page.getByRole("link", { name: other.t("admin.users") }).count()).toBe(0);
  });

  test("every page fits, everything on it can be hit, and none has a serious barrier, light or dark", async () => {
    const paths = ["/admin/areas", `/admin/areas/${lien}`, "/admin/stations", "/admin/stations/new"];
    paths.push(
      `/admin/stations/${stationId}`,
      `/admin/stations/labels?ids=${stationId}`,
      "/admin/users",
      "/account",
    );
    for (const path of paths) {
      await desk.goTo(path);
      await desk.page.locator(".skeleton").first().waitFor({ state: "detached" });
      expect(await misfits(desk.page, screen === "phone"), path).toEqual([]);
      for (const colorScheme of ["light", "dark"] as const) {
        await desk.page.emulateMedia({ colorScheme });
        await noSeriousFindings(desk.page, `${path} in the ${colorScheme}`);
      }
    }
  });
});

test("pages keep to their origin and content policy, and throw no errors", () => {
  expect(desks.length).toBeGreaterThan(4);
  for (const { dashboard } of desks) {
    expect(dashboard.errors).toEqual([]);
    expect(dashboard.foreign).toEqual([]);
  }
});
