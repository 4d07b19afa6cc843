import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { seconds } from "@loa/kernel/units";
import { DemoPerson } from "./demo-person.ts";

const run = promisify(execFile);

/** Announcements that a newcomer finds. */
const TEXTS = {
  morning: {
    title: "Bản tin buổi sáng",
    text: "Đài truyền thanh xin chào toàn thể bà con. Hôm nay thời tiết nắng ráo, thuận lợi cho việc thu hoạch lúa. Ủy ban nhân dân xã nhắc bà con kiểm tra lại kênh mương trước mùa mưa.",
  },
  power: {
    title: "Tạm ngừng cấp điện ngày mai",
    text: "Công ty điện lực thông báo. Sáng mai, từ sáu giờ đến mười giờ, các xóm một, hai và ba tạm ngừng cấp điện để sửa chữa đường dây. Mong bà con thông cảm.",
  },
  vaccination: {
    title: "Tiêm chủng cho trẻ em",
    text: "Trạm y tế xã thông báo. Sáng thứ bảy tuần này, trạm tổ chức tiêm chủng cho trẻ em dưới hai tuổi. Đề nghị các gia đình đưa cháu đến đúng giờ và mang theo sổ tiêm.",
  },
} as const;

/** What the demo's people know of each other. */
interface DemoLogIn {
  readonly http: string;
  readonly password: string;
}

/**
 * Gives the demo its content once: spoken announcements (approved, and one that waits for approval) and a daily programme; and, at every
 * start, one broadcast to the whole province that is due within 60 s.
 */
export async function seedContent({ http, password }: DemoLogIn): Promise<void> {
  const [province, admin] = await Promise.all([
    DemoPerson.logIn(http, "tinh", password),
    DemoPerson.logIn(http, "admin", password),
  ]);
  const known = (await province.get("/announcements")).items as { id: string; title: string }[];
  let morning = known.find(({ title }) => title === TEXTS.morning.title)?.id;
  if (!morning) {
    morning = await announce(province, TEXTS.morning);
    await admin.post(`/announcements/${morning}/approve`);
    await everyDay(province, morning);
    const staff = await DemoPerson.logIn(http, "xa", password);
    const approver = await DemoPerson.logIn(http, "xa2", password);
    const power = await announce(staff, TEXTS.power);
    await approver.post(`/announcements/${power}/approve`);
    await announce(staff, TEXTS.vaccination);
  }
  await soon(province, morning);
}

async function announce(
  author: DemoPerson,
  { title, text }: { title: string; text: string },
): Promise<string> {
  const form = new FormData();
  form.set("title", title);
  form.set("audio", new Blob([await spoken(text)]), "giong-doc.wav");
  const { id } = (await author.post("/announcements", form)) as { id: string };
  for (let state = ""; state !== "ready"; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    state = (await author.get(`/announcements/${id}`)).ingest.state;
    if (state === "failed") throw new Error(`the demo's announcement "${title}" could not be taken in`);
  }
  await author.post(`/announcements/${id}/submit`);
  return id;
}

async function spoken(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), "loa-demo-"));
  try {
    const file = join(folder, "giong-doc.wav");
    await run("espeak-ng", ["-v", "vi", "-s", "150", "-w", file, text]);
    return new Uint8Array(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function everyDay(person: DemoPerson, announcementId: string): Promise<void> {
  const day = Temporal.Now.plainDateISO("Asia/Ho_Chi_Minh").add({ days: 1 });
  for (const [title, time] of [
    ["Chương trình sáng", "05:30:00"],
    ["Chương trình chiều", "17:00:00"],
  ] as const)
    await schedule(person, { title, announcementId, start: `${day}T${time}+07:00`, rrule: "FREQ=DAILY" });
}

/** Due within 60 s: the stations need some seconds to fetch it. Something else at that time is fine, too: then that sounds. */
async function soon(person: DemoPerson, announcementId: string): Promise<void> {
  const start = new Date(Date.now() + seconds(40)).toISOString();
  await schedule(person, { title: "Chào mừng", announcementId, start, rrule: undefined }).catch(
    (error: unknown) => {
      if (!String(error).includes("SCHEDULE_CONFLICT")) throw error;
    },
  );
}

function schedule(
  person: DemoPerson,
  {
    title,
    announcementId,
    start,
    rrule,
  }: { title: string; announcementId: string; start: string; rrule: string | undefined },
): Promise<unknown> {
  const programme = { items: [{ announcementId }] };
  return person.post("/schedules", {
    title,
    targets: [{ areaId: "nghe-an" }],
    programme,
    start,
    rrule,
    chime: true,
  });
}
