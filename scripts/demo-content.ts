import { days, seconds } from "@loa/kernel/units";
import { DemoPerson } from "./demo-person.ts";
import { type DemoText, LIBRARY, MORNING } from "./demo-texts.ts";

/** What the demo's people know of each other. */
interface DemoLogIn {
  readonly http: string;
  readonly password: string;
}

type People = (username: string) => Promise<DemoPerson>;

/**
 * Gives the demo its content once, as people make it: texts that the hub speaks, decided on by somebody else, and a daily programme.
 * And, at every start, one broadcast to the whole province that is due within 60 s. Resolves once that broadcast is planned; `library`
 * resolves when the rest is there.
 */
export async function seedContent({ http, password }: DemoLogIn): Promise<{ library: Promise<void> }> {
  const loggedIn = new Map<string, Promise<DemoPerson>>();
  const people: People = (username) => {
    const person = loggedIn.get(username) ?? DemoPerson.logIn(http, username, password);
    loggedIn.set(username, person);
    return person;
  };
  const province = await people(MORNING.author);
  const known = await titles(province);
  let morning = known.get(MORNING.title);
  if (!morning) {
    morning = await make(people, MORNING);
    await everyDay(province, morning);
  }
  await soon(province, morning);
  const library = makeMissing(people, known);
  // Told to whoever awaits it, also when it fails before anybody does.
  library.catch(() => undefined);
  return { library };
}

async function titles(person: DemoPerson): Promise<Map<string, string>> {
  const items = [];
  for (const state of ["", "?state=archived"])
    items.push(...((await person.get(`/announcements${state}`)).items as { id: string; title: string }[]));
  return new Map(items.map(({ id, title }) => [title, id]));
}

async function makeMissing(people: People, known: ReadonlyMap<string, string>): Promise<void> {
  for (const text of LIBRARY) if (!known.has(text.title)) await make(people, text);
}

/** Writes, waits until it is spoken, and takes it to its fate. */
async function make(people: People, { title, text, area, author, fate }: DemoText): Promise<string> {
  const person = await people(author);
  const expiresAt = fate.is === "approved" && fate.expiresInDays && Date.now() + days(fate.expiresInDays);
  const body = { title, text, areaId: area, ...(expiresAt && { expiresAt }) };
  const { id } = (await person.post("/announcements", body)) as { id: string };
  await spoken(person, id, title);
  if (fate.is === "draft") return id;
  await person.post(`/announcements/${id}/submit`);
  if (fate.is === "approved") await (await people(fate.by)).post(`/announcements/${id}/approve`);
  if (fate.is === "rejected")
    await (await people(fate.by)).post(`/announcements/${id}/reject`, { reason: fate.reason });
  return id;
}

async function spoken(author: DemoPerson, id: string, title: string): Promise<void> {
  for (let state = ""; state !== "ready"; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { ingest } = await author.get(`/announcements/${id}`);
    state = ingest.state;
    if (state === "failed") throw new Error(`the demo's announcement "${title}" failed: ${ingest.code}`);
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
  const targets = [{ areaId: "nghe-an" }];
  return person.post("/schedules", { title, targets, programme, start, rrule, chime: true });
}
