/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * virtual.tsx: a long list of rows of one height, of which only those near the window are
 * in the document.  The window scrolls; nothing is measured while it does, and a row that
 * leaves at one end is filled anew at the other, not made.
 */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const AROUND = 12; /* rows beyond the window */

export function Virtual<Row>(props: {
  rows: Row[];
  height: number;
  label: string;
  columns: number;
  head: ComponentChildren;
  row: (row: Row) => ComponentChildren;
  onEnd?: () => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const { rows, height } = props;
  const [range, setRange] = useState<[number, number]>([0, 40]);

  const look = (): void => {
    const from = Math.max(0, Math.floor((scrollY - top.current) / height) - AROUND);
    const to = Math.ceil((scrollY - top.current + innerHeight) / height) + AROUND;
    setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
    if (to >= rows.length) props.onEnd?.();
  };

  useLayoutEffect(() => {
    const measure = (): void => {
      top.current = (box.current?.getBoundingClientRect().top ?? 0) + scrollY;
      look();
    };
    measure();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", measure);
    };
  }, [rows.length, height]);

  const shown = rows.slice(range[0], range[1]);
  const places = Math.max(1, shown.length);
  return (
    <div class="grid" role="table" aria-label={props.label} aria-rowcount={rows.length + 1} aria-colcount={props.columns}>
      <div role="rowgroup" class="grid-head">
        {props.head}
      </div>
      <div role="rowgroup" class="grid-body" ref={box} style={{ height: `${rows.length * height}px` }}>
        <div class="grid-window" style={{ transform: `translateY(${Math.min(range[0], rows.length) * height}px)` }}>
          {shown.map((row, i) => (
            <div role="row" class="grid-row" key={(range[0] + i) % places} aria-rowindex={range[0] + i + 2} style={{ height: `${height}px` }}>
              {props.row(row)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
