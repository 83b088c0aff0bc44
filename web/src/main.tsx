/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.tsx: find the page of this address, load what it needs, show it. */
import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { render } from "preact";
import { LocationProvider, useLocation } from "preact-iso";
import { pages, type PageProps } from "virtual:pages";
import { lang, loadTexts, named, t } from "./i18n.ts";
import { match } from "./match.ts";
import "./style.css";
import { Nothing, Trouble } from "./ui/parts.tsx";
import { Head, mayFind, Shell } from "./ui/shell.tsx";
import { LOST } from "./wire/api.ts";
import { listen, startEvents } from "./wire/events.ts";
import { readSession, who } from "./wire/session.ts";
import { prefetch } from "./wire/view.ts";

type Page = (typeof pages)[number];
interface Shown {
  page: Page | undefined;
  params: PageProps;
  view: ComponentType<PageProps>;
  lost?: boolean; /* its program could not be fetched */
}

const shown = signal<Shown | undefined>(undefined);
let latest = "";

const FIRST_PATIENCE_MS = 4000;
const PATIENCE_MS = 400;

function atMost(ms: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, new Promise((done) => setTimeout(done, ms))]);
}

/*
 * The page before (at first, the HTML it came with) stays until this one, its texts and what
 * it shows first are here: so nothing jumps.
 */
async function show(path: string, patience: number): Promise<void> {
  latest = path;
  const found = match(pages, path);
  const here = { page: found?.page, params: found?.params ?? {} };
  try {
    const [module] = await Promise.all([
      found ? found.page.load() : import("./views/absent.tsx"),
      loadTexts(["base", found?.page.view ?? "absent"]),
      atMost(patience, found?.page.at ? prefetch(found.page.data ?? [], found.page.at) : Promise.resolve()),
    ]);
    if (latest === path) shown.value = { ...here, view: module.default };
  } catch {
    if (latest === path) shown.value = { ...here, view: Lost, lost: true };
  }
}

/* One sentence in place of a page of which every part would be refused. */
function Closed({ view }: { view: string }): JSX.Element {
  return (
    <>
      <Head view={view} />
      <Nothing>{t("part.not-yours")}</Nothing>
    </>
  );
}

/* In place of a page that is not here: it comes when the server is back, or a newer one of it. */
function Lost(): JSX.Element {
  return (
    <>
      <h1>{named("page", shown.value?.page?.view ?? "absent")}</h1>
      <Trouble problem={LOST} again={() => location.reload()} />
    </>
  );
}

listen((m) => {
  if (m.type === "live" && shown.value?.lost) void show(latest, PATIENCE_MS);
});

function App(): JSX.Element | null {
  const { path } = useLocation();
  if (path !== latest) void show(path, PATIENCE_MS).then(() => scrollTo(0, 0));
  const s = shown.value;
  if (!s) return null;
  void lang.value; /* every text again when the language changes */
  return (
    <Shell view={s.page?.view ?? "absent"}>
      {s.page?.seat === "monitoring" && !mayFind("monitoring") ? <Closed view={s.page.view} /> : <s.view {...s.params} />}
    </Shell>
  );
}

async function begin(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  const session = readSession();
  await Promise.all([show(location.pathname, FIRST_PATIENCE_MS), session]);
  render(
    <LocationProvider>
      <App />
    </LocationProvider>,
    root,
  );
  startEvents(who());
}

void begin();
