/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fields.ts: what the form of an act is made of, fetched with the first form of its module. */
import { useEffect, useState } from "preact/hooks";
import { acts, type FormField } from "gen/forms";
import { LOST, type Problem } from "./api.ts";
import { listen } from "./events.ts";

const here = new Map<string, FormField[]>();

export interface Fields {
  fields: FormField[] | undefined; /* undefined: not here yet */
  problem: Problem | undefined;
}

/* Asked again when the server is back. */
export function useFields(kind: string): Fields {
  const [, setCame] = useState(0);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  useEffect(() => {
    let wanted = true;
    const load = (): void => {
      if (here.has(kind)) return;
      void acts[kind]?.load().then(
        (m) => {
          for (const [k, f] of Object.entries(m.fields)) here.set(k, f);
          if (!wanted) return;
          setProblem(undefined);
          setCame((n) => n + 1);
        },
        () => wanted && setProblem(LOST),
      );
    };
    load();
    const deaf = listen((m) => m.type === "live" && load());
    return () => {
      wanted = false;
      deaf();
    };
  }, [kind]);
  return { fields: here.get(kind), problem };
}
