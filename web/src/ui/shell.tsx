/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* shell.tsx: what stands around every page: the head, the navigation, who sits here. */
import { signal } from "@preact/signals";
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { pages } from "virtual:pages";
import { lang, languages, named, setLanguage, t, type Key, type Language } from "../i18n.ts";
import { connection } from "../wire/events.ts";
import { useNames, useParties } from "../wire/names.ts";
import { demo, seat, session } from "../wire/session.ts";
import { openSeats, SeatMenu, SignedIn } from "./seats.tsx";

type Theme = "" | "light" | "dark";
const theme = signal<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? "");
const open = signal(false);

function setTheme(to: Theme): void {
  theme.value = to;
  if (to) {
    document.documentElement.dataset.theme = to;
    localStorage.setItem("theme", to);
  } else {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("theme");
  }
}

function Preferences(): JSX.Element {
  return (
    <div class="preferences">
      <label>
        <span class="sr">{t("shell.language")}</span>
        <select value={lang.value} onChange={(e) => void setLanguage(e.currentTarget.value as Language)}>
          {languages.map((l) => (
            <option key={l.id} value={l.id} lang={l.id}>
              {l.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="sr">{t("shell.theme")}</span>
        <select value={theme.value} onChange={(e) => setTheme(e.currentTarget.value as Theme)}>
          <option value="">{t("shell.theme-system")}</option>
          <option value="light">{t("shell.theme-light")}</option>
          <option value="dark">{t("shell.theme-dark")}</option>
        </select>
      </label>
    </div>
  );
}

/* How much of the window's foot an element covers: what else sticks there stays above it (--foot). */
function useFoot(shown: boolean): RefObject<HTMLElement | null> {
  const foot = useRef<HTMLElement>(null);
  useEffect(() => {
    const tell = (px: number): void => document.documentElement.style.setProperty("--foot", `${px}px`);
    const at = foot.current;
    if (!at) return;
    /* On a phone it does not stick. */
    const watch = new ResizeObserver(([e]) => tell(getComputedStyle(at).position === "sticky" ? Math.ceil(e?.borderBoxSize[0]?.blockSize ?? 0) : 0));
    watch.observe(at);
    return () => {
      watch.disconnect();
      tell(0);
    };
  }, [shown]);
  return foot;
}

/* On every page of a demonstration: what it is, and the way in. */
function Banner(): JSX.Element | null {
  const label = useNames().name("organisation", "label");
  const foot = useFoot(demo.value);
  if (!demo.value) return null;
  return (
    <aside class="banner" ref={foot} aria-label={t("shell.specimen")}>
      <p>
        {t("shell.banner")} {label !== "label" && `${label}.`}
      </p>
      <button type="button" class="quiet" onClick={openSeats}>
        {t("shell.take-a-seat")}
      </button>
      <a href="/tour">{named("page", "tour")}</a>
    </aside>
  );
}

/* Says so when the server is not there; silent while all is well. */
function Connection(): JSX.Element {
  const { live, since } = connection.value;
  return (
    <div class="connection" role="status">
      {!live && (
        <p class="offline">
          <span aria-hidden="true">◷</span>{" "}
          {t("shell.offline", { at: new Date(since).toLocaleTimeString(lang.value, { hour: "2-digit", minute: "2-digit", timeZoneName: "short" }) })}
        </p>
      )}
    </div>
  );
}

/* Whether a page with this `seat` in pages.json is for whoever sits here. */
export function mayFind(who: string | undefined): boolean {
  if (!who) return true;
  if (who === "demo") return demo.value;
  if (who === "administrator" || who === "monitoring") return session.value?.[who] === true;
  return seat.value !== undefined;
}

function Navigation({ view }: { view: string }): JSX.Element {
  const shown = pages.filter((p) => p.nav && mayFind(p.seat));
  const parts = [...new Set(shown.map((p) => p.nav as string))];
  return (
    <nav class={open.value ? "side open" : "side"} id="pages" aria-label={t("shell.pages")}>
      {parts.map((part) => (
        <>
          <h2>{t(`shell.nav-${part}` as Key)}</h2>
          <ul>
            {shown
              .filter((p) => p.nav === part)
              .map((p) => (
                <li key={p.path}>
                  <a href={p.path} aria-current={p.view === view ? "page" : undefined}>
                    {named("page", p.view)}
                  </a>
                </li>
              ))}
          </ul>
        </>
      ))}
    </nav>
  );
}

function SeatLine(): JSX.Element {
  const names = useNames();
  const parties = useParties();
  return demo.value ? <SeatMenu names={names} parties={parties} /> : <SignedIn names={names} parties={parties} />;
}

export function Shell({ view, children }: { view: string; children: ComponentChildren }): JSX.Element {
  const names = useNames();
  const main = useRef<HTMLElement>(null);
  const { path } = useLocation();
  const first = useRef(true);
  const title = named("page", view);

  useEffect(() => {
    document.title = `${title} · ${names.name("organisation", "short").replace(/^short$/, "Comity")}`;
  });
  useEffect(() => {
    open.value = false;
    /* A new page begins at its top, for the eye and for the keyboard. */
    if (!first.current && !location.hash) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);

  const organisation = names.name("organisation", "name");
  return (
    <>
      <a class="skip" href="#main">
        {t("shell.skip")}
      </a>
      <header class="top">
        <button type="button" class="menu" aria-expanded={open.value} aria-controls="pages" onClick={() => (open.value = !open.value)}>
          <span aria-hidden="true">☰</span> {t("shell.pages")}
        </button>
        <div class="brand">
          <a href="/">
            <b>{organisation === "name" ? "Comity" : organisation}</b>
          </a>
          {demo.value && <span class="specimen">{t("shell.specimen")}</span>}
        </div>
        <SeatLine />
        <Preferences />
      </header>
      <Connection />
      <Navigation view={view} />
      <main id="main" tabIndex={-1} ref={main} data-view={view}>
        {children}
      </main>
      <Banner />
    </>
  );
}

/* The title and first sentence of a page, as in the HTML it came with. */
export function Head({ view, title, lead, children }: { view: string; title?: string; lead?: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="page-head">
      <h1>{title ?? named("page", view)}</h1>
      <p class="lead">{lead ?? t(`${view}.lead` as Key)}</p>
      {children}
    </div>
  );
}
