/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.tsx: find the page of this address, load what it needs, show it. */
import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { render } from "preact";
import { LocationProvider, useLocation } from "preact-iso";
import { pages, type PageProps } from "virtual:pages";
import { lang, loadTexts } from "./i18n.ts";
import { match } from "./match.ts";
import "./style.css";
import { Shell } from "./ui/shell.tsx";
import { startEvents } from "./wire/events.ts";
import { readSession, who } from "./wire/session.ts";

type Page = (typeof pages)[number];
interface Shown {
  page: Page | undefined;
  params: PageProps;
  view: ComponentType<PageProps>;
}

const shown = signal<Shown | undefined>(undefined);
let latest = "";

/* The page before stays until this one and its texts are here. */
async function show(path: string): Promise<void> {
  latest = path;
  const found = match(pages, path);
  const [module] = await Promise.all([
    found ? found.page.load() : import("./views/absent.tsx"),
    loadTexts(found ? found.page.texts : ["shell", "page", "absent"]),
  ]);
  if (latest === path) shown.value = { page: found?.page, params: found?.params ?? {}, view: module.default };
}

function App(): JSX.Element | null {
  const { path } = useLocation();
  if (path !== latest) void show(path).then(() => scrollTo(0, 0));
  const s = shown.value;
  if (!s) return null;
  void lang.value; /* every text again when the language changes */
  return (
    <Shell view={s.page?.view ?? "absent"}>
      <s.view {...s.params} />
    </Shell>
  );
}

async function begin(): Promise<void> {
  const root = document.getElementById("app");
  if (!root) return;
  const session = readSession();
  await Promise.all([show(location.pathname), session]);
  render(
    <LocationProvider>
      <App />
    </LocationProvider>,
    root,
  );
  startEvents(who());
}

void begin();
