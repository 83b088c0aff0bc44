/* SPDX-License-Identifier: AGPL-3.0-or-later */
declare module "virtual:texts" {
  type Entry = string | Record<string, string>;
  export const loaders: Record<string, () => Promise<{ default: Record<string, Entry> }>>;
}

declare module "virtual:pages" {
  import type { ComponentType } from "preact";
  export interface PageProps {
    id?: string;
    path?: string;
  }
  export const pages: {
    path: string;
    view: string;
    data?: string[];
    at?: string; /* where all of them are read at once */
    nav?: string;
    seat?: string;
    load: () => Promise<{ default: ComponentType<PageProps> }>;
  }[];
}

declare module "*?sharedworker&url" {
  const url: string;
  export default url;
}

declare module "*.css";
